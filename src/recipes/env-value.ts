/** One value of a `.env` line: quotes, escapes, continuation lines and `$NAME`, as a shell reads them. */
import { settingsTooLarge } from "../core/problems/recipes.ts";

export interface ScannedValue {
  value: string;
  /** Where the value stands as written, quotes included; `start` equals `end` for an empty one. */
  start: number;
  end: number;
  comment?: string;
}

type Known = ReadonlyMap<string, string>;

/**
 * Reads the value that begins right after `=` at `from`. `room` is how many characters all values may still
 * take; more throws `settings-too-large`.
 */
export function scanValue(text: string, from: number, known: Known, room: number): ScannedValue {
  const start = skipBlanks(text, from);
  const quote = text[start];
  const closed = quote === "'" || quote === '"' ? closingQuote(text, start) : -1;
  const scanned = closed === -1 ? plain(text, from, start) : shellWord(text, start);
  let value = "";
  for (const part of scanned.parts) {
    value += part.literal ? part.text : expand(part, known, room - value.length);
    if (value.length > room) throw settingsTooLarge({ limit: room });
  }
  const comment = commentAfter(text, scanned.end);
  const empty = scanned.end <= start;
  return {
    value,
    start: empty ? from : start,
    end: empty ? from : scanned.end,
    ...(comment !== undefined && { comment }),
  };
}

interface Part {
  text: string;
  literal: boolean;
  /** Inside double quotes a backslash also escapes itself and quotes; outside only a dollar sign. */
  escapes: boolean;
}

interface Raw {
  parts: Part[];
  end: number;
}

/**
 * Up to the end of the line or to ` #`; blanks at the end do not count, a backslash at the end goes on below.
 */
function plain(text: string, from: number, start: number): Raw {
  const pieces: string[] = [];
  let at = start;
  for (;;) {
    const newline = text.indexOf("\n", at);
    const lineEnd = newline === -1 ? text.length : newline;
    const line = text.slice(at, lineEnd).replace(/\r$/, "");
    const hash = commentStart(line, at === start && start === from);
    if (hash === -1 && line.endsWith("\\") && newline !== -1) {
      pieces.push(line.slice(0, -1));
      at = newline + 1;
      continue;
    }
    const last = (hash === -1 ? line : line.slice(0, hash)).trimEnd();
    pieces.push(last);
    return { parts: [{ text: pieces.join(""), literal: false, escapes: false }], end: at + last.length };
  }
}

/** Quoted pieces and what stands between them, up to ` #` or the end of the line: `"$A":'b c'`. */
function shellWord(text: string, start: number): Raw {
  const parts: Part[] = [];
  let at = start;
  let end = start;
  for (;;) {
    const quote = text[at];
    const close = quote === "'" || quote === '"' ? closingQuote(text, at) : -1;
    if (close !== -1) {
      const single = quote === "'";
      parts.push({ text: text.slice(at + 1, close), literal: single, escapes: !single });
      at = end = close + 1;
      continue;
    }
    const stop = bareEnd(text, at);
    const bare = text.slice(at, stop);
    const atEnd = stop >= text.length || text[stop] === "\n" || text[stop] === "#";
    const kept = atEnd ? bare.trimEnd() : bare;
    if (kept !== "") parts.push({ text: kept, literal: false, escapes: false });
    if (kept !== "") end = at + kept.length;
    if (atEnd) return { parts, end };
    at = stop;
  }
}

/** The end of an unquoted piece: a quote that closes again, ` #`, or the end of the line. */
function bareEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const c = text[at];
    if (c === "\n") return at;
    if (c === "#" && isBlank(text[at - 1])) return at;
    if ((c === "'" || c === '"') && at > from && closingQuote(text, at) !== -1) return at;
    if (c === "\\" && text[at + 1] !== "\n") at++;
  }
  return text.length;
}

function closingQuote(text: string, open: number): number {
  const quote = text[open];
  if (quote === "'") return text.indexOf("'", open + 1);
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

const variable =
  /\\(\r\n|[\s\S])|\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?-)([^}]*))?\})/g;

/** Fills in `$NAME`, `${NAME}` and `${NAME:-default}`; a name that was not set is empty, as in a shell. */
function expand(part: Part, known: Known, room: number): string {
  let length = 0;
  return part.text.replace(variable, (match: string, escaped?: string, bare?: string, ...rest: unknown[]) => {
    if (escaped !== undefined) return part.escapes ? unescape(escaped) : escaped === "$" ? "$" : match;
    const [braced, separator, fallback] = rest as (string | undefined)[];
    const set = known.get(bare ?? braced ?? "");
    const missing = set === undefined || (separator === ":-" && set === "");
    const filled = missing ? (fallback ?? "") : set;
    length += filled.length;
    if (length > room) throw settingsTooLarge({ limit: room });
    return filled;
  });
}

function unescape(c: string): string {
  if (c === "n") return "\n";
  if (c === "r") return "\r";
  return c.endsWith("\n") ? "" : c;
}

/** ` #`, or `#` as the very first thing after a blank; `KEY=#fff` is a colour. */
function commentStart(line: string, touchesEquals: boolean): number {
  const match = (touchesEquals ? /[ \t]#/ : /(?:^|[ \t])#/).exec(line);
  return match === null ? -1 : match.index;
}

function commentAfter(text: string, end: number): string | undefined {
  const at = skipBlanks(text, end);
  if (text[at] !== "#") return undefined;
  const newline = text.indexOf("\n", at);
  return text.slice(at + 1, newline === -1 ? undefined : newline).trim();
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text[at])) at++;
  return at;
}

function isBlank(c: string | undefined): boolean {
  return c === " " || c === "\t";
}
