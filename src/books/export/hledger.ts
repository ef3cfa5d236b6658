/** The ledger as a journal of hledger (and of ledger, which reads the same). */
import { decimalOf, minorDigits } from "../../core/money.ts";
import type { LedgerEntry } from "../ledger/read.ts";
import { tagsOf, usedIn, wordsOf, type JournalParts } from "./words.ts";

/** Yields the journal piece by piece: commodities and accounts first, as its strict checks want them. */
export function* hledgerJournal(parts: JournalParts): Generator<string> {
  const { accounts, currencies } = usedIn(parts.entries());
  yield "; Tandem: the books. Codes are the sources' own ids.\n";
  for (const currency of currencies)
    yield `commodity ${currency} 1000.${"0".repeat(minorDigits(currency))}\n`;
  for (const account of accounts.keys()) yield `account ${account}\n`;
  for (const entry of parts.entries()) yield `\n${transaction(entry)}\n`;
}

function transaction(entry: LedgerEntry): string {
  const tags = tagsOf(entry).map(([name, value]) => `${name}:${plain(value).replaceAll(",", " ")}`);
  // A ";" would begin a comment, a "|" end the payee, and a ")" the code.
  const code = plain(entry.ref).replaceAll(/[()]/g, "_");
  return [
    `${entry.date} (${code}) ${plain(wordsOf(entry)).replaceAll("|", "/")}`,
    `    ; ${tags.join(", ")}`,
    ...entry.postings.map(
      ([account, currency, amount]) =>
        `    ${account}  ${currency} ${decimalOf({ amountMinor: BigInt(amount), currency })}`,
    ),
  ].join("\n");
}

const plain = (text: string): string => text.replaceAll(";", ",");
