// Work: who did what for which circle, what it is worth by the rate of that day, which budget bears it, who agreed,
// and what is paid for it. An entry is never changed: it gets a new version, and an agreement counts for exactly one.
// Budgets are checked in the transaction that counts, so that no two agreements at once can spend the same money.
// Amounts are whole minor units, rounded half up once per entry. Batches and reports are worked out by pure
// functions. Nothing here asks people or pays: runs do.
export { openWork, type WorkParts } from "./open.ts";
export { living, readEntries, readEntry, spending } from "./entries/rows.ts";
export type * from "./types.ts";
export { openPayouts, type PayoutsOptions } from "./payouts/open.ts";
export { openBankWords, type BankWord, type BankWords, type PaidByBank } from "./bank-word.ts";
export type { BatchFacts, BatchFilter, BatchSummary, Payouts, ReadyPayable } from "./payouts/types.ts";
export { entriesOf, type BookedEntry } from "./booked.ts";
export { beancountOf } from "./report-beancount.ts";
export { linesTable } from "./report-csv.ts";
export { hledgerOf } from "./report-journal.ts";
export { reportJson } from "./report-json.ts";
export { partOf, reportOf, type PayoutReport, type Sum } from "./report.ts";
export type * from "./report-rows.ts";
