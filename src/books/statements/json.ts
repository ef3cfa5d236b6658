/** `[{id, date, amount, currency, text}]`: amounts in minor units, as whole numbers. */
import { statementLineUnreadable, statementOfAnotherFormat } from "../../core/problems/books-statements.ts";
import { currencyOf } from "./amount.ts";
import { isoDay } from "./day.ts";
import { plainText } from "./decode.ts";
import { oneLine, reference } from "./text.ts";
import type { Statement, StatementLine } from "./types.ts";

const known = new Set(["id", "date", "amount", "currency", "text"]);

/** One statement for each currency, in the order in which they first appear. Lines are counted from 1. */
export function readJson(bytes: Uint8Array): Statement[] {
  const rows = listOf(plainText(bytes));
  const lines = rows.map((row, index) => lineOf(row, index + 1));
  const groups = Map.groupBy(lines, ({ currency }) => currency);
  return [...groups].map(([currency, of]) => ({
    currency,
    lines: of.filter(({ amountMinor }) => amountMinor !== 0n),
  }));
}

/** The digits of a number as they are written: `0.99999999999999999` would otherwise be read as 1. */
class Written {
  readonly digits: string;
  constructor(digits: string) {
    this.digits = digits;
  }
}

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

function listOf(text: string): unknown[] {
  const keepDigits: Reviver = (_key, value, context) =>
    typeof value === "number" ? new Written(context?.source ?? "") : value;
  let value: unknown;
  try {
    value = JSON.parse(text, keepDigits);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw statementOfAnotherFormat({ format: "json", what: "it is no JSON" }, thrown);
  }
  if (!Array.isArray(value)) throw statementOfAnotherFormat({ format: "json", what: "it is no list" });
  return value;
}

function lineOf(row: unknown, line: number): StatementLine {
  const unread = (what: string) => statementLineUnreadable({ line, what });
  if (typeof row !== "object" || row === null || Array.isArray(row) || row instanceof Written)
    throw unread("it is no object");
  const { id, date, amount, currency, text, ...rest } = row as Record<string, unknown>;
  const [strange] = Object.keys(rest).filter((key) => !known.has(key));
  if (strange !== undefined) throw unread(`it has a "${strange.slice(0, 40)}", which is not known`);
  const day = typeof date === "string" && /^\d{4}-\d{2}-\d{2}$/.test(date) ? isoDay(date) : undefined;
  if (day === undefined) throw unread(`its date is ${said(date)}, and not as "2026-11-26"`);
  const of = typeof currency === "string" ? currencyOf(currency) : undefined;
  if (of === undefined) throw unread(`its currency is ${said(currency)}`);
  const digits = amount instanceof Written ? amount.digits : "";
  if (!/^-?\d{1,15}$/.test(digits))
    throw unread(`its amount is ${said(amount)}, and no whole number of minor units`);
  if (text !== undefined && typeof text !== "string") throw unread("its text is no text");
  if (id !== undefined && id !== null && typeof id !== "string") throw unread("its id is no text");
  const named = reference(id ?? "");
  return {
    ...(named === "" ? {} : { id: named }),
    date: day,
    amountMinor: BigInt(digits),
    currency: of,
    text: oneLine(text ?? ""),
  };
}

function said(value: unknown): string {
  if (value === undefined) return "missing";
  return value instanceof Written ? value.digits.slice(0, 40) : JSON.stringify(value).slice(0, 60);
}
