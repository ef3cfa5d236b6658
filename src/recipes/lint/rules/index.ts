import { readable } from "./readable.ts";
import { abraCompose } from "./abra-compose.ts";
import { abraImages } from "./abra-images.ts";
import { abraPublished } from "./abra-published.ts";
import { abraSettings } from "./abra-settings.ts";
import { access } from "./access.ts";
import { backups } from "./backups.ts";
import { configs } from "./configs.ts";
import { health } from "./health.ts";
import { interpolation } from "./interpolation.ts";
import { leftovers } from "./leftovers.ts";
import { plainSecrets } from "./plain-secrets.ts";
import { versionLabel } from "./version-label.ts";
import type { Rule } from "../types.ts";

/** Every rule by number: abra's first, then ours. */
export const rules: readonly Rule[] = [
  ...[...abraCompose, ...abraImages, ...abraPublished, ...abraSettings],
  ...[...readable, ...health, ...backups, ...access, ...plainSecrets],
  ...[...versionLabel, ...leftovers, ...interpolation, ...configs],
].sort((a, b) => (a.id < b.id ? -1 : 1));
