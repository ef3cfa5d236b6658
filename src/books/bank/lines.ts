/** Lines of bank statements as facts. Two equal lines are two; the same statement twice adds nothing. */
import { canonicalJson, sha256 } from "../../core/canonical.ts";
import { isDay } from "../../core/work-day.ts";
import { currencyAt, integerAt, objectOf, Unfit } from "../ingest/fields.ts";

/** A line of a statement as the bank gives it. */
export interface StatementLine {
  /** The bank's own id of the line; undefined where it gives none. */
  id?: string;
  date: string;
  /** Signed, in minor units of ISO 4217: what comes in is above zero. */
  amountMinor: bigint;
  currency: string;
  /** All that the bank says of it in words, on one line. */
  text: string;
}

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
 * Lines with ids. One that the bank gave no id is known by its content and by which of the equal ones of its statement
 * it is: the second of two equal lines is the second also in a statement that overlaps.
 */
export function withIds(lines: readonly StatementLine[]): BankLine[] {
  const times = new Map<string, number>();
  return lines.map(({ id, date, amountMinor, currency, text }) => {
    const content = { date, amount: Number(amountMinor), currency, text: oneLine(text) };
    if (!Number.isSafeInteger(content.amount))
      throw new Unfit(`${amountMinor} is more than can be booked exactly`);
    if (id !== undefined) return { id, ...content };
    const hash = sha256(canonicalJson(content)).slice(0, 16);
    const time = (times.get(hash) ?? 0) + 1;
    times.set(hash, time);
    return { id: `${date}-${hash}-${time}`, ...content };
  });
}
