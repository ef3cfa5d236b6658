/**
 * The `.env` files of Co-op Cloud. Dotenv libraries lose the base of `COMPOSE_FILE="$COMPOSE_FILE:x.yml"` and
 * drop comments, which carry the lengths of secrets; so this parser goes line by line, knows what was set
 * above, and remembers where each value stands, so that one can be rewritten with every other byte left
 * alone.
 */
import { settingsTooLarge, settingSwallowed } from "../core/problems/recipes.ts";
import { scanValue } from "./env-value.ts";

export interface EnvEntry {
  key: string;
  /** With quotes taken off and `$NAME` filled in from the lines above. */
  value: string;
  /** What follows `#` on the same line, such as `length=64 charset=hex`. */
  comment?: string;
  /** From 1. */
  line: number;
  /** Where the value stands in the text, quotes included. */
  start: number;
  end: number;
}

/** A file of settings is a page or two; whatever is longer is a mistake or an attack. */
export const longestEnvText = 256 * 1024;
/** All values together once filled in: lines that double each other must not fill the memory. */
const mostExpanded = 1024 * 1024;

const assignment = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*=/y;

/** Reads a `.env` text. `given` are values known beforehand. Lines that set nothing are passed over. */
export function parseEnv(text: string, given: Record<string, string> = {}): EnvEntry[] {
  if (text.length > longestEnvText) throw settingsTooLarge({ limit: longestEnvText });
  const known = new Map(Object.entries(given));
  const entries: EnvEntry[] = [];
  let room = mostExpanded;
  let line = 1;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    assignment.lastIndex = at;
    const match = assignment.exec(text);
    const scanned = match === null ? undefined : scanValue(text, assignment.lastIndex, known, room);
    if (scanned !== undefined) {
      const key = match?.[1] ?? "";
      room -= scanned.value.length;
      known.set(key, scanned.value);
      const { value, start, end, comment } = scanned;
      entries.push({ key, value, line, start, end, ...(comment !== undefined && { comment }) });
    }
    const next = lineAfter(text, scanned?.end ?? at);
    line += countLines(text, at, next);
    at = next;
  }
  return entries;
}

/** The values by key; the last line wins. */
export function envValues(text: string, given: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(parseEnv(text, given).map(({ key, value }) => [key, value]));
}

/**
 * The text with one key set: the last line that sets it is rewritten in place, or a line is added at the end.
 * Throws `setting-swallowed` when the text around it (a quote never closed, say) would swallow the change.
 */
export function setEnv(text: string, key: string, value: string): string {
  const before = parseEnv(text);
  const entry = before.findLast((candidate) => candidate.key === key);
  const written = quoted(value);
  const changed =
    entry === undefined
      ? `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${key}=${written}\n`
      : text.slice(0, entry.start) + written + text.slice(entry.end);
  const after = parseEnv(changed);
  const keys = before.map((e) => e.key).concat(entry === undefined ? [key] : []);
  const kept = after.length === keys.length && after.every((e, index) => e.key === keys[index]);
  if (!kept || after.findLast((e) => e.key === key)?.value !== value) {
    throw settingSwallowed({ key, line: entry?.line ?? countLines(text, 0, text.length) + 1 });
  }
  return changed;
}

/**
 * The text without the lines that set a key; every other byte is as it was. Throws `setting-swallowed` when other
 * settings would come or go with them.
 */
export function unsetEnv(text: string, key: string): string {
  const before = parseEnv(text);
  const gone = before.filter((entry) => entry.key === key);
  const changed = gone.reduceRight(
    (kept, { start, end }) => kept.slice(0, lineStart(kept, start)) + kept.slice(lineAfter(kept, end)),
    text,
  );
  const keys = before.filter((entry) => entry.key !== key).map((entry) => entry.key);
  const after = parseEnv(changed).map((entry) => entry.key);
  if (after.join("\n") !== keys.join("\n")) throw settingSwallowed({ key, line: gone[0]?.line ?? 1 });
  return changed;
}

/** A value as it must be written to be read back as it is. */
function quoted(value: string): string {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value;
  if (!/['\r]/.test(value)) return `'${value}'`;
  const escaped = value
    .replace(/[\\"$]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return `"${escaped}"`;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

function lineAfter(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline === -1 ? text.length : newline + 1;
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf("\n", from); at !== -1 && at < to; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
