import { openEntries } from "./entries/open.ts";
import { openGround } from "./ground/open.ts";
import type { WorkParts } from "./parts.ts";
import { openReminding } from "./reminding/open.ts";
import type { Work } from "./types.ts";

export type { WorkParts } from "./parts.ts";

/** Opens the room on its tables. It keeps nothing in memory. */
export function openWork(parts: WorkParts): Work {
  const ground = openGround(parts);
  return { ...ground, ...openEntries(parts, ground), ...openReminding(parts, ground) };
}
