/** `[{id, date, amount, currency, text}]`: amounts in whole minor units. What stands beside is left aside. */
import { statementLineUnreadable, statementOfAnotherFormat } from "../../core/problems/books-statements.ts";
import { currencyOf } from "./amount.ts";
import { isoDay } from "./day.ts";
import { plainText } from "./decode.ts";
import { oneLine } from "./text.ts";
import type { Statement, StatementLine } from "./types.ts";

const mostIdSigns = 200;

/** One statement for each currency, in the order in which they first appear. Lines are counted from 1. */
export function readJson(bytes: Uint8Array): Statement[] {
  const text = plainText(bytes);
  const lines = listOf(text).map((row, index) => lineOf(row, index + 1));
  checkWritten(text);
  const groups = Map.groupBy(lines, ({ currency }) => currency);
  return [...groups].map(([currency, of]) => ({
    currency,
    lines: of.filter(({ amountMinor }) => amountMinor !== 0n),
  }));
}

function listOf(text: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw statementOfAnotherFormat({ format: "json", what: "it is no JSON that can be read" }, thrown);
  }
  if (!Array.isArray(value)) throw statementOfAnotherFormat({ format: "json", what: "it is no list" });
  return value;
}

/**
 * How numbers are written: `0.99999999999999999` would else have been read as 1, and `12.0` of somebody who meant
 * twelve euros as twelve cents.
 */
function checkWritten(text: string): void {
  const token = /"([^"\\]*(?:\\.[^"\\]*)*)"(?:\s*:\s*(-?\d[\d.eE+-]*))?/g;
  let line = 1;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [, key, number] = match;
    if (number === undefined) continue;
    if (!/^-?\d{1,15}$/.test(number)) throw notMinor(line, number);
    if (key === "amount") line += 1;
  }
}

const notMinor = (line: number, written: string) =>
  statementLineUnreadable({
    line,
    what: `its amount is ${written.slice(0, 40)}, and no whole number of minor units`,
  });

function lineOf(row: unknown, line: number): StatementLine {
  const unread = (what: string) => statementLineUnreadable({ line, what });
  if (typeof row !== "object" || row === null || Array.isArray(row)) throw unread("it is no object");
  const { id, date, amount, currency, text } = row as Record<string, unknown>;
  const day = typeof date === "string" && /^\d{4}-\d{2}-\d{2}$/.test(date) ? isoDay(date) : undefined;
  if (day === undefined) throw unread(`its date is ${said(date)}, and not as "2026-11-26"`);
  const of = typeof currency === "string" ? currencyOf(currency.toUpperCase()) : undefined;
  if (of === undefined) throw unread(`its currency is ${said(currency)}`);
  if (typeof amount !== "number" || !Number.isSafeInteger(amount)) throw notMinor(line, said(amount));
  if (text !== undefined && typeof text !== "string") throw unread("its text is no text");
  const named = typeof id === "number" && Number.isSafeInteger(id) ? String(id) : (id ?? "");
  if (typeof named !== "string" || named.length > mostIdSigns) throw unread("its id is no text");
  return {
    ...(named === "" ? {} : { id: named }),
    date: day,
    amountMinor: BigInt(amount),
    currency: of,
    text: oneLine(text ?? ""),
  };
}

/** What stands there; of lists and objects only that, as they may be as deep as they like. */
function said(value: unknown): string {
  if (value === undefined) return "missing";
  return typeof value === "object" && value !== null
    ? "a list or an object"
    : JSON.stringify(value).slice(0, 60);
}
