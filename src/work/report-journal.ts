/** The lines of agreed batches as a journal of hledger. The same lines give the same bytes. */
import { decimalOf, minorDigits } from "../core/money.ts";
import { entriesOf, oneLine, sorted, type BookedEntry } from "./booked.ts";
import type { PayoutReport } from "./report.ts";

/**
 * What the co-op owes by these batches: each entry a transaction on the last day of its batch's period, an expense of
 * its circle against what is owed to each person. That it is paid is booked where the bank says so, not here.
 */
export function hledgerOf(report: PayoutReport): string {
  const entries = entriesOf(report);
  const accounts = sorted(
    entries.flatMap(({ circle, parts }) => [expenseOf(circle), ...parts.map(({ member }) => owedTo(member))]),
  );
  const currencies = sorted(entries.map(({ currency }) => currency));
  const head = [
    ...report.batches.map(({ id, period, hash }) => `; payout ${period}, batch ${id}, hash ${hash}`),
    ...currencies.map((currency) => `commodity ${currency} 1000.${"0".repeat(minorDigits(currency))}`),
    ...accounts.map((account) => `account ${account}`),
  ];
  return `${[head.join("\n"), ...entries.map(transaction)].join("\n\n")}\n`;
}

function transaction(entry: BookedEntry): string {
  const { on, entry: number, batch, day, person, currency, amountMinor, parts } = entry;
  const tags = [`batch:${batch}`, `entry:${number}`, `day:${day}`, ...corrects(entry)].join(", ");
  // A ";" would begin a comment, and a "|" end the payee.
  const description = oneLine(`${person}: ${entry.description}`).replaceAll(";", ",").replaceAll("|", "/");
  const amount = (minor: bigint): string => `${currency} ${decimalOf({ amountMinor: minor, currency })}`;
  return [
    `${on} (${number}) ${description}`,
    `    ; ${tags}`,
    `    ${expenseOf(entry.circle)}  ${amount(amountMinor)}`,
    ...parts.map((part) => `    ${owedTo(part.member)}  ${amount(-part.amountMinor)}`),
  ].join("\n");
}

function corrects({ corrects: number }: BookedEntry): string[] {
  return number === null ? [] : [`corrects:${number}`];
}

const expenseOf = (circle: string): string => `expenses:work:${circle}`;
const owedTo = (member: string): string => `liabilities:contributors:${member}`;
