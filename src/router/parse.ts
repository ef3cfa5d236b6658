import { argumentUnfit, argumentUnknown, commandUnknown } from "../core/problems/router.ts";
import type { Command } from "./define.ts";
import { shown } from "./excerpt.ts";
import { about, checked, fillWords } from "./fill.ts";
import { matchCommand, type Commands } from "./match.ts";
import { withPills } from "./pills.ts";
import { argsOf } from "./shape.ts";
import { cleanLine, splitWords, type Word } from "./words.ts";

/**
 * What is said to the door: a typed line, the words of a terminal (quoted by its shell), or a command's name with
 * its arguments by name (forms and the JSON API).
 */
export type Said =
  string | { words: readonly string[] } | { command: string; args: Readonly<Record<string, unknown>> };

export interface Heard {
  /** Such as `app deploy`. */
  name: string;
  command: Command;
  /** Checked by the command's schemas, with every key of its `args`. */
  args: Record<string, unknown>;
  /** As it was said, for questions and records. */
  line: string;
}

/**
 * Understands what was said. Throws nothing but Problems; `html` is a chat message's formatted body, for its
 * pills.
 */
export function parse(said: Said, commands: Commands, html?: string): Heard {
  if (typeof said === "object" && "command" in said) return parseNamed(said.command, said.args, commands);
  const { line, words } = typeof said === "string" ? typedLine(said, html) : shellWords(said.words);
  const match = matchCommand(line, words, commands);
  return { name: match.name, command: match.command, args: fillWords(line, match), line };
}

function typedLine(said: string, html: string | undefined): { line: string; words: Word[] } {
  const line = withPills(cleanLine(said), html);
  return { line, words: splitWords(line) };
}

function shellWords(said: readonly string[]): { line: string; words: Word[] } {
  cleanLine(said.join(" "));
  const words: Word[] = [];
  let at = 0;
  for (const text of said.map((word) => cleanLine(word))) {
    words.push({ text, at, end: at + text.length, quoted: text === "" || / /.test(text) });
    at += text.length + 1;
  }
  return { line: words.map((word) => word.text).join(" "), words };
}

function parseNamed(typed: string, given: Readonly<Record<string, unknown>>, commands: Commands): Heard {
  const name = cleanLine(typed).toLowerCase();
  const command = commands.get(name);
  if (command === undefined) {
    const { line, words } = typedLine(typed, undefined);
    matchCommand(line, words, commands);
    throw commandUnknown({ typed: shown(line), excerpt: shown(line) });
  }
  const args = argsOf(command);
  const stranger = Object.keys(given).find((key) => !args.some((arg) => arg.key === key));
  if (stranger !== undefined) throw argumentUnknown({ ...about({ name, command }), key: shown(stranger) });
  const filled = args.map((arg) => {
    const raw = Object.hasOwn(given, arg.key) ? given[arg.key] : undefined;
    if (!isPlain(raw))
      throw argumentUnfit({
        ...about({ name, command }),
        typed: `a list or object as ${arg.key}`,
        expected: arg.expected,
      });
    const plain = plainValue(arg.boolean, raw);
    // A form has one field for all the words: they are told apart as if they were typed.
    const value = arg.list && typeof plain === "string" ? splitWords(plain).map((word) => word.text) : plain;
    return [arg.key, value, checked({ name, command }, arg, value)] as const;
  });
  return {
    name,
    command,
    args: Object.fromEntries(filled.map(([key, , value]) => [key, value])),
    line: [name, ...filled.flatMap(([, value]) => (typeof value === "boolean" ? [] : (value ?? [])))].join(
      " ",
    ),
  };
}

/** As the schemas take it: text, or yes and no. An empty field of a form is one that was not filled in. */
function plainValue(boolean: boolean, value: Plain): string | boolean | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "boolean") return boolean ? value : String(value);
  const text = cleanLine(String(value));
  if (!boolean) return text;
  // A ticked box of a form says `on`; anything else but yes and no is left for the schema to refuse.
  return text === "true" || text === "on" ? true : text === "false" ? false : text;
}

type Plain = string | number | bigint | boolean | null | undefined;

function isPlain(value: unknown): value is Plain {
  return value === null || ["undefined", "string", "number", "bigint", "boolean"].includes(typeof value);
}
