/** The fields of a CSV (RFC 4180): quotes doubled, line ends within quotes. */
import { statementCutShort, statementLineUnreadable } from "../../core/problems/books-statements.ts";

export interface Row {
  fields: string[];
  /** The line of the file on which it begins, from 1. */
  line: number;
}

/** Row by row, without empty ones. Throws a Problem where a quote is not closed, or stands where it cannot. */
export function* rowsOf(text: string, separator: string): Generator<Row, undefined> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    const bare = text.charCodeAt(end - 1) === 0x0d && end > at ? end - 1 : end;
    const content = text.slice(at, bare);
    if (!content.includes('"')) {
      if (content.trim() !== "") yield { fields: content.split(separator), line };
      at = end + 1;
      line += 1;
    } else {
      const row = quotedRow(text, at, separator, line);
      yield { fields: row.fields, line };
      at = row.end;
      line += row.lines;
    }
  }
  return undefined;
}

/** A row with quotes in it, and where the next one begins. */
function quotedRow(text: string, start: number, separator: string, line: number) {
  const fields: string[] = [];
  let at = start;
  let lines = 1;
  for (;;) {
    let field: string;
    if (text.charAt(at) === '"') {
      const close = closingQuote(text, at);
      if (close < 0) throw statementCutShort({ what: `a quote on line ${line} is not closed` });
      field = text.slice(at + 1, close).replaceAll('""', '"');
      lines += field.split("\n").length - 1;
      at = close + 1;
    } else {
      const end = fieldEnd(text, at, separator);
      field = text.slice(at, end);
      at = end;
    }
    fields.push(field);
    const sign = text.charAt(at);
    if (sign === separator) at += 1;
    else if (sign === "" || sign === "\n") return { fields, end: at + 1, lines };
    else if (sign === "\r") return { fields, end: at + (text.charAt(at + 1) === "\n" ? 2 : 1), lines };
    else throw statementLineUnreadable({ line, what: "something follows a quote that is closed" });
  }
}

function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && text.charAt(at + 1) === '"') at = text.indexOf('"', at + 2);
  return at;
}

function fieldEnd(text: string, start: number, separator: string): number {
  for (let at = start; at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === separator || sign === "\n" || (sign === "\r" && text.charAt(at + 1) === "\n")) return at;
  }
  return text.length;
}
