/** The lines of agreed batches as a journal of beancount 2. The same lines give the same bytes. */
import { decimalOf } from "../core/money.ts";
import { entriesOf, oneLine, sorted, type BookedEntry } from "./booked.ts";
import type { PayoutReport } from "./report.ts";

/** The same transactions as for hledger, with the accounts opened on the first day that books on them. */
export function beancountOf(report: PayoutReport): string {
  const entries = entriesOf(report);
  const head = report.batches.map(({ id, period, hash }) => `; payout ${period}, batch ${id}, hash ${hash}`);
  const days = sorted(entries.map(({ on }) => on));
  const [first] = days;
  const opens = sorted(
    entries.flatMap(({ circle, parts }) => [expenseOf(circle), ...parts.map(({ member }) => owedTo(member))]),
  ).map((account) => `${first ?? ""} open ${account}`);
  const parts = [head.join("\n"), opens.join("\n"), ...entries.map(transaction)];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function transaction(entry: BookedEntry): string {
  const { on, entry: number, batch, day, person, currency, amountMinor, parts } = entry;
  const amount = (minor: bigint): string => `${decimalOf({ amountMinor: minor, currency })} ${currency}`;
  return [
    `${on} * ${quoted(person)} ${quoted(entry.description)} ^${batch}`,
    `  entry: ${quoted(String(number))}`,
    `  day: ${day}`,
    ...(entry.corrects === null ? [] : [`  corrects: ${quoted(String(entry.corrects))}`]),
    `  ${expenseOf(entry.circle)}  ${amount(amountMinor)}`,
    ...parts.map((part) => `  ${owedTo(part.member)}  ${amount(-part.amountMinor)}`),
  ].join("\n");
}

function quoted(text: string): string {
  return `"${oneLine(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

const expenseOf = (circle: string): string => `Expenses:Work:${capitalised(circle)}`;
const owedTo = (member: string): string => `Liabilities:Contributors:${capitalised(member)}`;

/**
 * A name as beancount wants it: a capital first, then letters, digits and hyphens. Our names are all small letters, so
 * the capital that stands for an underscore cannot be taken for anything else.
 */
function capitalised(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replaceAll("_", "U");
}
