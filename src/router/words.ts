/** A typed line as words, each knowing where it stood, so that a problem can point at it. */
import { commandTooLong, quoteOpen } from "../core/problems/router.ts";
import { excerpt } from "./excerpt.ts";

export interface Word {
  text: string;
  /** Where it begins and ends in the cleaned line. */
  at: number;
  end: number;
  /** It began with a quotation mark: then it is never a flag or a command word by chance. */
  quoted: boolean;
}

/** The longest command, in bytes of UTF-8. */
export const longestCommand = 4096;

const spaces = /[\s\u0085]/gu;
// Characters that show nothing, or turn the direction of what stands around them.
const unseen = /[\p{Cc}\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** The line without anything that cannot be seen, every space a plain one. Throws `command-too-long`. */
export function cleanLine(line: string): string {
  const bytes = Buffer.byteLength(line);
  if (bytes > longestCommand) throw commandTooLong({ bytes, most: longestCommand });
  return line.replace(spaces, " ").replace(unseen, "").normalize("NFC").trim();
}

const openers: Record<string, string> = { '"': '"”“', "“": '”"“', "”": '”"', "„": '“”"', "'": "'" };

/**
 * Cuts a cleaned line into words as a shell does: quotation marks keep words together, a backslash takes the next
 * character as it stands. Unlike a shell, a quotation mark inside a word is a plain character ("it's"), and the
 * curly ones of phones count too. Throws `quote-open`.
 */
export function splitWords(line: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (line[at] === " ") at++;
    else {
      const word = readWord(line, at);
      words.push(word);
      at = word.end;
    }
  }
  return words;
}

function readWord(line: string, start: number): Word {
  let text = "";
  let at = start;
  while (at < line.length && line[at] !== " ") {
    const closers = mayOpen(line, start, at) ? openers[line[at] ?? ""] : undefined;
    if (closers !== undefined) {
      const quote = readQuoted(line, at, closers);
      text += quote.text;
      at = quote.end;
    } else if (line[at] === "\\" && at + 1 < line.length) {
      text += line[at + 1] ?? "";
      at += 2;
    } else text += line[at++] ?? "";
  }
  return { text, at: start, end: at, quoted: openers[line[start] ?? ""] !== undefined };
}

/** At the beginning of a word, and after the `=` of a flag. */
function mayOpen(line: string, start: number, at: number): boolean {
  return at === start || (line[at - 1] === "=" && /^[-‐-―−]/.test(line[start] ?? ""));
}

function readQuoted(line: string, open: number, closers: string): { text: string; end: number } {
  let text = "";
  for (let at = open + 1; at < line.length; at++) {
    const character = line[at] ?? "";
    const next = line[at + 1] ?? "";
    if (closers.includes(character)) return { text, end: at + 1 };
    if (character === "\\" && closers !== "'" && (next === "\\" || closers.includes(next))) {
      text += next;
      at++;
    } else text += character;
  }
  throw quoteOpen({ excerpt: excerpt(line, open, "a closing quotation mark after this") });
}
