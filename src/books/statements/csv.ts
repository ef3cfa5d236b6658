/** A bank's CSV, read by a mapping that says what its columns are. */
import {
  statementColumnsMissing,
  statementCutShort,
  statementDoesNotAddUp,
  statementLineUnreadable,
} from "../../core/problems/books-statements.ts";
import { formatMoney } from "../../core/money.ts";
import { bankAccount } from "./account.ts";
import { currencyOf, exactMinor } from "./amount.ts";
import { rowsOf, type Row } from "./csv-rows.ts";
import { dayReader, type DayReader } from "./day.ts";
import { textOf } from "./decode.ts";
import { columnsOf, type Column, type CsvMapping } from "./mapping.ts";
import { joined, reference } from "./text.ts";
import type { Statement, StatementLine } from "./types.ts";

interface Taken {
  line: StatementLine;
  /** What is on the account after it. */
  after: bigint | undefined;
  row: number;
}

interface Reading {
  mapping: CsvMapping;
  currency: string | undefined;
  day: DayReader;
  grouped: RegExp | undefined;
  /** The content of a column, trimmed. */
  at: (row: Row, column: Column) => string;
}

/**
 * One statement for each account and currency in the file, in the order in which they first appear. Throws a Problem
 * when a row cannot be read, or where the balances beside the lines do not chain.
 */
export function readCsv(bytes: Uint8Array, mapping: CsvMapping, currency: string | undefined): Statement[] {
  const rows = rowsOf(textOf(bytes, mapping.encoding), mapping.separator);
  const { places, count } = placesOf(rows, mapping);
  const reading: Reading = {
    mapping,
    currency,
    day: dayReader(mapping.datePattern),
    grouped: groupedNumber(mapping),
    at: ({ fields }, column) => fields[places.get(column) ?? -1]?.trim() ?? "",
  };
  const groups = new Map<string, { account: string; taken: Taken[]; pending: number }>();
  for (const row of rows) {
    checkCount(row, count());
    const of = rowCurrency(row, reading);
    const account = mapping.account === undefined ? "" : bankAccount(reading.at(row, mapping.account));
    const key = `${of} ${account}`;
    const group = groups.get(key) ?? { account, taken: [], pending: 0 };
    groups.set(key, group);
    const { only } = mapping;
    if (only === undefined || only.is.includes(reading.at(row, only.column)))
      group.taken.push(takenFrom(row, of, reading));
    else group.pending += 1;
  }
  return [...groups].map(([key, { account, taken, pending }]) => ({
    ...(account === "" ? {} : { account }),
    currency: key.slice(0, 3),
    ...balancesOf(taken),
    lines: taken.map(({ line }) => line).filter(({ amountMinor }) => amountMinor !== 0n),
    ...(pending === 0 ? {} : { pending }),
  }));
}

/** Where the columns of the mapping are, and how many each row has (as the header, or the first row without one). */
function placesOf(rows: Iterator<Row>, mapping: CsvMapping) {
  const wanted = columnsOf(mapping);
  const places = new Map<Column, number>();
  let count: number | undefined;
  for (const column of wanted) if (typeof column === "number") places.set(column, column - 1);
  const least = Math.max(1, ...wanted.filter((column) => typeof column === "number"));
  if (mapping.header > 0) {
    const names = headerOf(rows, mapping.header).fields.map((name) => name.trim());
    count = names.length;
    for (const column of wanted) if (typeof column === "string") places.set(column, placeIn(names, column));
    const missing = wanted.filter(
      (column) => !((places.get(column) ?? -1) >= 0 && (places.get(column) ?? 0) < names.length),
    );
    if (missing.length > 0)
      throw statementColumnsMissing({
        missing: [...new Set(missing)].map(String),
        there: names.map((name) => name.slice(0, 60)),
      });
  }
  return { places, count: () => ({ exact: count, least }) };
}

function headerOf(rows: Iterator<Row>, wanted: number): Row {
  for (let next = rows.next(); next.done !== true; next = rows.next())
    if (next.value.line >= wanted) return next.value;
  throw statementCutShort({ what: `it has no line ${wanted}, on which its columns are named` });
}

/** A name that is there twice is no name. */
function placeIn(names: readonly string[], column: string): number {
  const place = names.indexOf(column);
  return place === names.lastIndexOf(column) ? place : -1;
}

/** A separator within a text that has no quotes moves all that follows it by a column. */
function checkCount(
  { fields, line }: Row,
  { exact, least }: { exact: number | undefined; least: number },
): void {
  const surplus = fields.slice(exact ?? fields.length);
  if (fields.length >= (exact ?? least) && surplus.every((field) => field.trim() === "")) return;
  throw statementLineUnreadable({
    line,
    what: `it has ${fields.length} fields and not ${exact ?? `at least ${least}`}`,
  });
}

function rowCurrency(row: Row, { mapping, currency, at }: Reading): string {
  if (mapping.currency === undefined) {
    if (currency !== undefined) return currency;
    throw unread(row, "neither the file nor the account says its currency");
  }
  const written = at(row, mapping.currency);
  const of = currencyOf(written);
  if (of === undefined) throw unread(row, `its currency is "${written.slice(0, 40)}"`);
  return of;
}

function takenFrom(row: Row, currency: string, reading: Reading): Taken {
  const { mapping, day, at } = reading;
  const written = at(row, mapping.date);
  const date = day(written);
  if (date === undefined)
    throw unread(row, `its day is "${written.slice(0, 40)}", and not written as ${mapping.datePattern}`);
  const id = mapping.id === undefined ? "" : reference(at(row, mapping.id));
  const amountMinor = amountOf(row, currency, reading);
  const text = joined(mapping.text.map((column) => at(row, column)));
  const line = { ...(id === "" ? {} : { id }), date, amountMinor, currency, text };
  const after =
    mapping.balance === undefined ? undefined : numberAt(row, mapping.balance, "balance", currency, reading);
  return { line, after, row: row.line };
}

const unread = (row: Row, what: string) => statementLineUnreadable({ line: row.line, what });

function amountOf(row: Row, currency: string, reading: Reading): bigint {
  const { at, mapping } = reading;
  const { amount } = mapping;
  const read = (column: Column): bigint => numberAt(row, column, "amount", currency, reading);
  if ("side" in amount) {
    const minor = read(amount.column);
    const side = at(row, amount.side);
    const isOut = amount.out.includes(side);
    if (isOut === amount.in.includes(side))
      throw unread(row, `which way its money went is "${side.slice(0, 40)}"`);
    if (minor < 0n)
      throw unread(row, "its amount has a sign, and a column beside it that says which way it went");
    return isOut ? -minor : minor;
  }
  if ("column" in amount) return read(amount.column);
  const written = { out: at(row, amount.out), in: at(row, amount.in) };
  const out = written.out === "" ? 0n : read(amount.out);
  const came = written.in === "" ? 0n : read(amount.in);
  if ((written.out === "" && written.in === "") || (out !== 0n && came !== 0n))
    throw unread(
      row,
      `it says "${written.out.slice(0, 20)}" went out and "${written.in.slice(0, 20)}" came in`,
    );
  const gone = amount.outIsNegative === true ? -out : out;
  if (gone < 0n || came < 0n) throw unread(row, "its amount has a sign that the mapping does not name");
  return came - gone;
}

function numberAt(row: Row, column: Column, what: string, currency: string, reading: Reading): bigint {
  const written = reading.at(row, column);
  const minor = exactMinor(plainNumber(written, reading.grouped), reading.mapping.decimal, currency);
  if (minor !== undefined) return minor;
  throw unread(row, `its ${what} is "${written.slice(0, 40)}" in ${currency}`);
}

/** Without the signs between thousands, and with the sign in front. What is no such number stays as it is. */
function plainNumber(written: string, grouped: RegExp | undefined): string {
  const [, sign = "", digits = "", behind = ""] =
    /^([+\-\u2212]?)\s?([^+\-\u2212]*?)([+\-\u2212]?)$/.exec(written) ?? [];
  if (sign !== "" && behind !== "") return written;
  const [, whole = "", part = ""] = grouped?.exec(digits) ?? [];
  const bare = whole === "" ? digits : `${whole.replaceAll(/\D/g, "")}${part}`;
  return `${sign}${behind}`.replace("\u2212", "-") + bare;
}

/** A number whose thousands are grouped; `1.23.456` is none. */
function groupedNumber({ thousands, decimal }: CsvMapping): RegExp | undefined {
  if (thousands === undefined) return undefined;
  const between = thousands === " " ? "[ \u00a0\u202f]" : RegExp.escape(thousands);
  return new RegExp(`^(\\d{1,3}(?:${between}\\d{3})+)((?:${RegExp.escape(decimal)}\\d*)?)$`);
}

/** By the balances beside the lines, which go up or down the file. */
function balancesOf(taken: readonly Taken[]): Pick<Statement, "opening" | "closing"> {
  if (taken.length === 0 || taken[0]?.after === undefined) return {};
  const broken = firstBreak(taken);
  const turned = taken.toReversed();
  const inOrder = broken === undefined ? taken : firstBreak(turned) === undefined ? turned : undefined;
  if (inOrder === undefined) throw broken ?? new RangeError("no break was found");
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first?.after === undefined || last?.after === undefined) return {};
  return {
    opening: { date: first.line.date, amountMinor: first.after - first.line.amountMinor },
    closing: { date: last.line.date, amountMinor: last.after },
  };
}

function firstBreak(taken: readonly Taken[]) {
  let before: Taken | undefined;
  for (const each of taken) {
    const expected = (before?.after ?? 0n) + each.line.amountMinor;
    const { currency } = each.line;
    if (before !== undefined && each.after !== expected)
      return statementDoesNotAddUp({
        where: `Line ${each.row} of the statement`,
        expected: formatMoney({ amountMinor: expected, currency }),
        there: formatMoney({ amountMinor: each.after ?? 0n, currency }),
      });
    before = each;
  }
  return undefined;
}
