/** Lines of bank statements as facts. Two equal lines are two; the same statement twice adds nothing. */
import { isDay } from "../../core/work-day.ts";
import { currencyAt, integerAt, objectOf, Unfit } from "../ingest/fields.ts";
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

/** One line of the JSON form: `{id, date, amount, currency, text}`, amounts in minor units. */
export function readJsonLine(value: unknown): StatementLine {
  const object = objectOf(value, "it");
  const { id = null, date, text = "" } = object;
  if (typeof date !== "string" || !isDay(date)) throw new Unfit("date is no day, such as 2026-10-03");
  if (typeof text !== "string") throw new Unfit("text is no text");
  const given = typeof id === "number" && Number.isSafeInteger(id) ? String(id) : id;
  if (given !== null && (typeof given !== "string" || given.length > 200)) throw new Unfit("id is no text");
  return {
    ...(given !== null && given !== "" && { id: given }),
    ...{ date, amountMinor: BigInt(integerAt(object, "amount")), currency: currencyAt(object, "currency") },
    text: oneLine(text),
  };
}

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
