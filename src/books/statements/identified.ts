/** A name for each line that stays the same whenever and in whichever statement it comes. */
import { hash } from "node:crypto";
import type { StatementLine } from "./types.ts";

export interface IdentifiedLine extends StatementLine {
  /** Unique over all accounts, and the same in each statement that holds the line. */
  extId: string;
}

/**
 * Gives lines their external ids: the bank's own id, or else a hash of account, day, amount, currency and text. Lines
 * that are equal in that are numbered, so that two coffees stay two; and as a day is either in a statement or not, a
 * statement that overlaps another counts them alike and adds nothing.
 *
 * Hand in all lines of one account that came in one file, so that equal lines of two pages stay two. `account` is the
 * co-op's own name of it. A bank's id that is there twice with other contents (a payment and its charge) gets a number
 * by the order of contents, not of the file, as banks list newest first or last.
 */
export function identified(lines: readonly StatementLine[], account: string): IdentifiedLine[] {
  const groups = Map.groupBy(lines.keys(), (index) => keyOf(lines[index], account));
  const extIds = new Map<number, string>();
  for (const [key, members] of groups) {
    const ordered = members.length === 1 ? members : members.toSorted((a, b) => compare(lines[a], lines[b]));
    for (const [place, index] of ordered.entries())
      extIds.set(index, place === 0 ? key : `${key}#${place + 1}`);
  }
  return lines.map((line, index) => ({ ...line, extId: extIds.get(index) ?? "" }));
}

function keyOf(line: StatementLine | undefined, account: string): string {
  if (line === undefined) throw new RangeError("a line that is not there");
  if (line.id !== undefined) return `${account}/${line.id}`;
  const content = JSON.stringify([account, ...contentOf(line)]);
  return `${account}/${line.date}/${hash("sha256", content).slice(0, 24)}`;
}

const contentOf = ({ date, amountMinor, currency, text }: StatementLine): string[] => [
  date,
  amountMinor.toString(),
  currency,
  text,
];

function compare(a: StatementLine | undefined, b: StatementLine | undefined): number {
  const [first, second] = [a, b].map((line) => JSON.stringify(line === undefined ? [] : contentOf(line)));
  return (first ?? "") < (second ?? "") ? -1 : (first ?? "") > (second ?? "") ? 1 : 0;
}
