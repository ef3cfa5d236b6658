import type { Database } from "better-sqlite3";
import { ledgerEntries } from "../ledger/read.ts";
import { beancountJournal } from "./beancount.ts";
import { csvJournal } from "./csv.ts";
import { hledgerJournal } from "./hledger.ts";

export const journalFormats = ["hledger", "beancount", "csv"] as const;
export type JournalFormat = (typeof journalFormats)[number];

const writers = { hledger: hledgerJournal, beancount: beancountJournal, csv: csvJournal };

/** The ledger as others read it, of one month or whole. To be read at once: nothing may be written in between. */
export function journalOf(sqlite: Database, format: JournalFormat, month?: string): Generator<string> {
  const payoutOf = new Map(
    sqlite.prepare<[], [string, string]>("SELECT txn, payout FROM book_member").raw().all(),
  );
  return writers[format]({ entries: () => ledgerEntries(sqlite, month), payoutOf });
}
