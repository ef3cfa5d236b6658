// Work: who did what for which circle, what it is worth by the rate of that day, which budget bears it, and who agreed.
// An entry is never changed: it gets a new version, and an agreement counts for exactly one version. Budgets are
// checked in the transaction that counts, so that no two agreements at once can spend the same money. Amounts are
// whole minor units, rounded half up once per entry. Nothing here asks people or pays: runs do.
export { openWork, type WorkParts } from "./open.ts";
export { living, readEntries, readEntry, spending } from "./entries/rows.ts";
export type * from "./types.ts";
