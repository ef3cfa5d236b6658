/**
 * SWIFT MT940 (Customer Statement Message), bare or in its SWIFT blocks, several in one file; pages of one statement
 * (60M, 62M) become one. Source: SWIFT standards, category 9; what banks do beside them stands where it is allowed for.
 */
import {
  statementCutShort,
  statementLineUnreadable,
  statementOfAnotherFormat,
} from "../../core/problems/books-statements.ts";
import { bankAccount } from "./account.ts";
import { exactMinor } from "./amount.ts";
import { dayNear, shortDay } from "./day.ts";
import { plainText } from "./decode.ts";
import { wordsOf } from "./mt940-text.ts";
import { joined, reference } from "./text.ts";
import type { Balance, Statement, StatementLine } from "./types.ts";

interface Field {
  tag: string;
  /** With its further lines. */
  lines: string[];
  /** On which line of the file it begins. */
  line: number;
}

interface Movement {
  date: string;
  side: string;
  amount: string;
  words: string[];
  line: number;
}

interface Page {
  account: string;
  opening?: Balance & { currency: string; isFirst: boolean };
  closing?: Balance & { currency: string };
  movements: Movement[];
  /** The line on which it begins. */
  line: number;
}

/** Throws a Problem when anything of it cannot be read. */
export function readMt940(bytes: Uint8Array): Statement[] {
  const statements: Statement[] = [];
  let page: Page | undefined;
  for (const field of fieldsOf(plainText(bytes))) {
    if (field.tag === "20") {
      finish(page, statements);
      page = { account: "", movements: [], line: field.line };
    } else if (page !== undefined) take(page, field);
  }
  if (page === undefined)
    throw statementOfAnotherFormat({ format: "mt940", what: "no field :20: begins a statement" });
  finish(page, statements);
  return statements;
}

/** `:NS:` is a field of German banks beside the standard. */
const fieldStart = /^:(\d{2}[A-Z]?|NS):/;

/** What stands before the first field and between messages is the envelope of SWIFT or of the bank. */
function* fieldsOf(text: string): Generator<Field, undefined> {
  let field: Field | undefined;
  let number = 0;
  for (const raw of text.split("\n")) {
    number += 1;
    const line = raw.trimEnd();
    const isBlock = /^\{\d:/.test(line);
    const content = isBlock ? line.replace(/^.*\{4:/, "") : line;
    const start = fieldStart.exec(content);
    if (start !== null) {
      if (field !== undefined) yield field;
      const [whole, tag = ""] = start;
      field = { tag, lines: [content.slice(whole.length)], line: number };
    } else if (/^-(?:\}.*)?$/.test(line) || isBlock) {
      if (field !== undefined) yield field;
      field = undefined;
    } else if (line !== "") field?.lines.push(raw.replace(/\r$/, ""));
  }
  if (field !== undefined) yield field;
  return undefined;
}

function take(page: Page, field: Field): void {
  const [first = ""] = field.lines;
  const last = page.movements.at(-1);
  if (field.tag === "25" || field.tag === "25P") page.account = first;
  else if (field.tag === "60F" || field.tag === "60M")
    page.opening = { ...balanceOf(field), isFirst: field.tag === "60F" };
  else if (field.tag === "62F" || field.tag === "62M") page.closing = balanceOf(field);
  else if (field.tag === "61") page.movements.push(movementOf(field));
  // After the closing balance it speaks of the whole statement.
  else if (field.tag === "86" && page.closing === undefined) last?.words.unshift(...wordsOf(field.lines));
}

/** `C261031EUR1234,56` */
function balanceOf({ lines: [text = ""], line, tag }: Field): Balance & { currency: string } {
  const [, side = "", day = "", currency = "", amount = ""] =
    /^([CD])(\d{6})([A-Z]{3})([\d,]{1,30})$/.exec(text.trim()) ?? [];
  const date = shortDay(day);
  const minor = currency === "" ? undefined : exactMinor(amount, ",", currency);
  if (date === undefined || minor === undefined)
    throw statementLineUnreadable({ line, what: `its balance (:${tag}:) is "${text.slice(0, 60)}"` });
  return { date, amountMinor: side === "D" ? -minor : minor, currency };
}

/** Value date, entry date (four spaces at some banks), side, third letter of the currency, amount, kind, references. */
const movement = /^(\d{6})(\d{4}| {4})?(R[CD]|E[CD]|[CD])([A-Z])?([\d,]{1,30})([A-Z][A-Z0-9 ]{3})(.*)$/;

function movementOf({ lines: [text = "", ...supplement], line }: Field): Movement {
  const match = movement.exec(text);
  if (match === null) throw statementLineUnreadable({ line, what: `it is ":61:${text.slice(0, 60)}"` });
  const [, valueDay = "", entryDay = "", side = "", , amount = "", , references = ""] = match;
  const valued = shortDay(valueDay);
  const date = valued !== undefined && entryDay.trim() !== "" ? dayNear(entryDay, valued) : valued;
  if (date === undefined)
    throw statementLineUnreadable({ line, what: `its days are "${valueDay}${entryDay}"` });
  const [ours = "", theirs = ""] = references.split("//", 2);
  const words = [
    reference(ours),
    reference(theirs),
    ...supplement.map(reference),
    side.startsWith("R") ? "reversal" : "",
  ];
  return { date, side, amount, words, line };
}

/** Joins a page to the one before it where it goes on, or begins a statement. */
function finish(page: Page | undefined, statements: Statement[]): void {
  if (page === undefined) return;
  const { opening, closing, line } = page;
  if (opening === undefined)
    throw statementLineUnreadable({
      line,
      what: "the statement that begins there has no first balance (:60F:)",
    });
  if (closing === undefined)
    throw statementCutShort({
      what: `the statement that begins on line ${line} has no last balance (:62F:)`,
    });
  if (closing.currency !== opening.currency)
    throw statementLineUnreadable({ line, what: "the statement that begins there ends in another currency" });
  const { currency } = opening;
  const booked = page.movements.filter(({ side }) => !side.startsWith("E"));
  const lines = booked.map((each) => lineOf(each, currency)).filter(({ amountMinor }) => amountMinor !== 0n);
  const pending = page.movements.length - booked.length;
  const account = bankAccount(page.account);
  const before = statements.at(-1);
  const end: Balance = { date: closing.date, amountMinor: closing.amountMinor };
  if (
    !opening.isFirst &&
    before?.account === account &&
    before.closing?.amountMinor === opening.amountMinor
  ) {
    for (const each of lines) before.lines.push(each);
    before.closing = end;
    if (pending > 0) before.pending = (before.pending ?? 0) + pending;
    return;
  }
  statements.push({
    ...(account === "" ? {} : { account }),
    currency,
    opening: { date: opening.date, amountMinor: opening.amountMinor },
    closing: end,
    lines,
    ...(pending === 0 ? {} : { pending }),
  });
}

/** A reversal of what came in goes out (RC), and the other way round (RD). */
function lineOf({ date, side, amount, words, line }: Movement, currency: string): StatementLine {
  const minor = exactMinor(amount, ",", currency);
  if (minor === undefined)
    throw statementLineUnreadable({ line, what: `its amount is "${amount}" in ${currency}` });
  const isOut = side === "D" || side === "RC";
  return { date, amountMinor: isOut ? -minor : minor, currency, text: joined(words) };
}
