import type { Audit } from "../../audit/index.ts";
import type { Db } from "../../db/index.ts";
import { openCopying } from "./copying.ts";
import { openConfig } from "./config.ts";
import { openInside } from "./inside.ts";
import { openLife } from "./life.ts";
import type { Ground } from "./reading.ts";
import type { Parcels } from "./parcels.ts";
import { openSecrets } from "./secrets.ts";
import type { AppCare } from "./types.ts";

export interface CareParts extends Ground {
  db: Db;
  audit: Audit;
  /** Whether commands inside containers want another maintainer's yes. */
  execApproval: boolean;
  parcels: Parcels | undefined;
}

/** The everyday care of apps that exist. */
export function openCare(parts: CareParts): AppCare {
  return {
    ...openConfig(parts),
    ...openSecrets(parts),
    ...openInside(parts),
    ...openCopying(parts),
    ...openLife(parts),
  };
}
