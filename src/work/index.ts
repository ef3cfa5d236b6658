/** Work of a co-op: what was done, what it is worth, what is paid for it. */
export { openPayouts, type PayoutsOptions } from "./payouts/open.ts";
export type { BatchFacts, BatchFilter, BatchSummary, Payouts, ReadyPayable } from "./payouts/types.ts";
export { beancountOf } from "./report-beancount.ts";
export { linesTable } from "./report-csv.ts";
export { hledgerOf } from "./report-journal.ts";
export { reportJson } from "./report-json.ts";
export { partOf, reportOf, type PayoutReport } from "./report.ts";
export type * from "./report-rows.ts";
