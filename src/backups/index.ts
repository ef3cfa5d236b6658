/**
 * Backups that restore: restic in a helper container on the node that holds the data, labels as backup-bot-two reads
 * them, each backup proven after it was taken. It is a room of its own because what it keeps outlives apps, servers
 * and Tandem itself.
 */
export { openBackups, type BackupsOptions } from "./open.ts";
export { openCare, type BackupCare, type BeforeForgetting, type CareOptions } from "./care.ts";
export { freshHours, type Freshness } from "./freshness.ts";
export { readLabels } from "./labels.ts";
export type * from "./restoring-types.ts";
export type { IdentityKeys } from "./self/gather.ts";
export { restoreSelf, type RestoredSelf } from "./self/restore-self.ts";
export { openTurns, type Turns } from "./turns.ts";
export type * from "./types.ts";
