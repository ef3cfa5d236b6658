import type { LedgerEntry } from "../ledger/read.ts";
import { beancountJournal } from "./beancount.ts";
import { csvJournal } from "./csv.ts";
import { hledgerJournal } from "./hledger.ts";

export const journalFormats = ["hledger", "beancount", "csv"] as const;
export type JournalFormat = (typeof journalFormats)[number];

const writers = { hledger: hledgerJournal, beancount: beancountJournal, csv: csvJournal };

/** Entries as others read them. To be read at once: nothing may be written in between. */
export function journalOf(format: JournalFormat, entries: () => Iterable<LedgerEntry>): Generator<string> {
  return writers[format]({ entries });
}
