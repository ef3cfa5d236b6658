import { openLooking, type LookingParts } from "./looking.ts";
import { openPlanning, type PlanningParts } from "./planning.ts";
import { openProposing, type ProposingParts } from "./proposing.ts";
import { openImages, type ImagesParts } from "./images.ts";
import type { Upgrades } from "./types.ts";

export type UpgradesOptions = PlanningParts & LookingParts & ProposingParts & ImagesParts;

/** Opens the upgrades. Nothing is asked yet. */
export function openUpgrades(options: UpgradesOptions): Upgrades {
  const planning = openPlanning(options);
  return {
    ...planning,
    ...openLooking(options, planning),
    ...openProposing(options),
    ...openImages(options),
  };
}
