// Books: what Stripe, Open Collective and the banks have told, kept once and never changed, and the ledger that follows
// from it: double-entry, balanced in each currency, in whole minor units. Payouts, expenses and the bank's lines are
// matched with tolerance zero; what is not certain waits for a person. Every run proves every balance or says what does
// not prove. Closed months stay as they are. Nothing here asks people or talks to anybody: files and objects are handed
// in.
export { openBooks, type Books, type BooksParts, type ImportOutcome, type StripeObjects } from "./open.ts";
export { bytesOfFile, type ImportFile } from "./ingest/file.ts";
export {
  formatOf,
  mappingFor,
  readStatements,
  refuseLargerStatement,
  type Statement,
  type StatementFormat,
} from "./statements/index.ts";
export { journalFormats, type JournalFormat } from "./export/journal.ts";
export { reconciledJson } from "./shown.ts";
export type { ClosedMonth, MonthReport } from "./close.ts";
export type { Wanted } from "./decisions/open.ts";
export type { Run, Surroundings } from "./reconcile.ts";
export type { OwedInvoice, Payable } from "./project/bank.ts";
export type { Owed, OwedLine } from "./project/owed.ts";
export type { LedgerEntry } from "./ledger/read.ts";
export { accounts as chart, owedTo, workOf } from "./chart.ts";
export type * from "./types.ts";
