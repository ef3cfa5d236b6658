/** Whether statements are of the account that they were handed in for, and add up. */
import { formatMoney } from "../../core/money.ts";
import {
  statementDoesNotAddUp,
  statementInAnotherCurrency,
  statementOfAnotherAccount,
  statementsDoNotChain,
} from "../../core/problems/books-statements.ts";
import { isSameAccount, lastFour } from "./account.ts";
import type { Statement } from "./types.ts";

export interface Expected {
  /** IBAN or number of the account; undefined: any. */
  account?: string | undefined;
  /** ISO code; undefined: any. */
  currency?: string | undefined;
}

/** Throws a Problem at the first thing that does not fit. */
export function checkStatements(statements: readonly Statement[], expected: Expected): void {
  for (const [index, statement] of statements.entries()) {
    const { account, currency, lines } = statement;
    const where = whereOf(statement, index);
    if (expected.account !== undefined && account !== undefined && !isSameAccount(expected.account, account))
      throw statementOfAnotherAccount({ expected: lastFour(expected.account), there: lastFour(account) });
    if (expected.currency !== undefined && currency !== expected.currency)
      throw statementInAnotherCurrency({ expected: expected.currency, there: currency, where });
    for (const line of lines)
      if (line.currency !== currency)
        throw statementInAnotherCurrency({
          expected: currency,
          there: line.currency,
          where: `A line of ${line.date} in ${where}`,
        });
    checkSum(statement, where);
  }
  const entries = statements.map((statement, index) => ({ statement, index }));
  const groups = Map.groupBy(entries, ({ statement }) => `${statement.currency} ${statement.account ?? ""}`);
  for (const group of groups.values()) checkChain(group);
}

function checkSum({ opening, closing, lines, currency }: Statement, where: string): void {
  if (opening === undefined || closing === undefined) return;
  const sum = lines.reduce((total, { amountMinor }) => total + amountMinor, opening.amountMinor);
  if (sum === closing.amountMinor) return;
  throw statementDoesNotAddUp({
    where,
    expected: formatMoney({ amountMinor: sum, currency }),
    there: formatMoney({ amountMinor: closing.amountMinor, currency }),
  });
}

interface Entry {
  statement: Statement;
  index: number;
}

/** Banks put the newest first or last; of one day, in the same way. */
function checkChain(entries: readonly Entry[]): void {
  const balanced = entries.filter(
    ({ statement: { opening, closing } }) => opening !== undefined && closing !== undefined,
  );
  const dayOf = ({ statement: { closing, opening } }: Entry): string =>
    `${closing?.date ?? ""} ${opening?.date ?? ""}`;
  const byDay = (a: Entry, b: Entry): number => (dayOf(a) < dayOf(b) ? -1 : dayOf(a) > dayOf(b) ? 1 : 0);
  const gap = firstGap(balanced.toSorted(byDay));
  if (gap !== undefined && firstGap(balanced.toReversed().sort(byDay)) !== undefined) throw gap;
}

function firstGap(entries: readonly Entry[]) {
  for (const [at, { statement, index }] of entries.entries()) {
    const before = entries[at - 1]?.statement.closing;
    const { opening, currency } = statement;
    if (before === undefined || opening === undefined || before.amountMinor === opening.amountMinor) continue;
    return statementsDoNotChain({
      where: whereOf(statement, index),
      expected: formatMoney({ amountMinor: before.amountMinor, currency }),
      there: formatMoney({ amountMinor: opening.amountMinor, currency }),
    });
  }
  return undefined;
}

function whereOf({ closing, lines }: Statement, index: number): string {
  const day = closing?.date ?? lines.at(-1)?.date;
  return `Statement ${index + 1} of the file${day === undefined ? "" : ` (${day})`}`;
}
