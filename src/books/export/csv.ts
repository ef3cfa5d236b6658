/** The ledger as CSV: one line for each posting, its amount in minor units and as people write it. */
import { csvLines, type CsvCell } from "../../core/csv.ts";
import { decimalOf } from "../../core/money.ts";
import { wordsOf, type JournalParts } from "./words.ts";

const head = [
  ...["date", "source", "ref", "kind", "words", "account"],
  ...["currency", "amount_minor", "amount", "corrects", "happened"],
];

export function csvJournal(parts: JournalParts): Generator<string> {
  return csvLines({ head, rows: rowsOf(parts) });
}

function* rowsOf({ entries }: JournalParts): Generator<CsvCell[]> {
  for (const entry of entries())
    for (const [account, currency, amount] of entry.postings) {
      const decimal = decimalOf({ amountMinor: BigInt(amount), currency });
      yield [
        ...[entry.date, entry.source, entry.ref, entry.kind, wordsOf(entry), account, currency, amount],
        ...[{ decimal }, entry.corrects, entry.happened],
      ];
    }
}
