/** For maintainers at their own working copy: no server, no mirror, their own git. */
export { openWorkingCopy, subjectOf, type WorkingCopy } from "./working-copy.ts";
export { carryOut, planRelease, planSync, writeCompose, type ReleasePlan } from "./release.ts";
export { newRecipe } from "./scaffold.ts";
export type { Step, Synced } from "./sync.ts";
