/** The ledger as a journal of beancount 2. */
import { decimalOf } from "../../core/money.ts";
import type { LedgerEntry } from "../ledger/read.ts";
import { tagsOf, usedIn, wordsOf, type JournalParts } from "./words.ts";

export function* beancountJournal(parts: JournalParts): Generator<string> {
  yield "; Tandem: the books. `ref` is the source's own id.\n";
  for (const [account, day] of usedIn(parts.entries()).accounts)
    yield `${day} open ${beancountName(account)}\n`;
  for (const entry of parts.entries()) yield `\n${transaction(entry)}\n`;
}

function transaction(entry: LedgerEntry): string {
  return [
    `${entry.date} * ${quoted(wordsOf(entry))}`,
    `  ref: ${quoted(entry.ref)}`,
    ...tagsOf(entry).map(([name, value]) => `  ${name}: ${quoted(value)}`),
    ...entry.postings.map(
      ([account, currency, amount]) =>
        `  ${beancountName(account)}  ${decimalOf({ amountMinor: BigInt(amount), currency })} ${currency}`,
    ),
  ].join("\n");
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/**
 * An account as beancount wants it: five roots, and parts that begin with a capital or a digit and hold letters, digits
 * and hyphens. What is in suspense has no root there and lies with equity.
 */
export function beancountName(account: string): string {
  const rooted = account === "suspense" ? "equity:suspense" : account;
  return rooted
    .split(":")
    .map((part) => {
      const plain = part.replaceAll("_", "-U-").replace(/^-/, "X-");
      return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
    })
    .join(":");
}
