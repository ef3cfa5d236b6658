/** Lines of bank statements as facts. Two equal lines are two; the same statement twice adds nothing. */
import { Unfit } from "../ingest/fields.ts";
import { identified } from "../statements/identified.ts";
import type { StatementLine } from "../statements/types.ts";

/** A line under the id by which the books know it. */
export interface BankLine {
  id: string;
  date: string;
  amount: number;
  currency: string;
  text: string;
}

const mostText = 2000;

/** On one line, without signs that print nothing. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, " ")
    .trim()
    .slice(0, mostText);
}

/**
 * All lines that came in one file of an account, with the ids by which the books know them (see `identified`). Throws
 * `Unfit` for an amount that cannot be booked exactly.
 */
export function withIds(lines: readonly StatementLine[], account: string): BankLine[] {
  return identified(lines, account).map(({ extId, date, amountMinor, currency, text }) => {
    const amount = Number(amountMinor);
    if (!Number.isSafeInteger(amount)) throw new Unfit(`${amountMinor} is more than can be booked exactly`);
    return { id: extId.slice(account.length + 1), date, amount, currency, text: oneLine(text) };
  });
}
