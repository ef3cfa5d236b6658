/** Finds the command in what was typed: the longest that its first words name; else says what was probably meant. */
import { nearest } from "../core/nearest.ts";
import {
  commandIncomplete,
  commandOtherWayRound,
  commandUnknown,
  nothingSaid,
} from "../core/problems/router.ts";
import type { Problem } from "../core/problem.ts";
import type { Command } from "./define.ts";
import { either, excerpt, shown } from "./excerpt.ts";
import type { Word } from "./words.ts";

export type Commands = ReadonlyMap<string, Command>;

export interface Match {
  name: string;
  command: Command;
  /** The words after the command's own. */
  rest: Word[];
}

/** No command's wording is longer than this, in words. */
const mostWords = 4;

/** Throws `nothing-said`, `command-unknown`, `command-incomplete` or `command-other-way-round`. */
export function matchCommand(line: string, words: readonly Word[], commands: Commands): Match {
  if (words.length === 0) throw nothingSaid({});
  const found = longest(words, commands);
  if (found !== undefined) return found;
  throw whatWasMeant(line, words, commands);
}

function longest(words: readonly Word[], commands: Commands): Match | undefined {
  for (let n = Math.min(mostWords, words.length); n > 0; n--) {
    const name = nameOf(words.slice(0, n));
    const command = commands.get(name);
    if (command !== undefined) return { name, command, rest: words.slice(n) };
  }
  return undefined;
}

function whatWasMeant(line: string, words: readonly Word[], commands: Commands): Problem {
  const names = [...commands.keys()];
  const group = longestGroup(words, names);
  const goesOn = nextWords(group, names);
  const unknown = words[group.length];
  if (unknown === undefined) return commandIncomplete({ typed: group.join(" "), choices: either(goesOn) });
  const turned = otherWayRound(words, commands);
  if (turned !== undefined)
    return commandOtherWayRound({ typed: shown(textOf(words)), meant: shown(turned) });
  const near = nearestCommand(words, names);
  const typed = shown([...group, unknown.text].join(" "));
  const expected = group.length > 0 ? either(goesOn) : "a command";
  return commandUnknown({
    typed,
    excerpt: excerpt(line, unknown.at, expected),
    ...(near !== undefined && { nearest: near }),
  });
}

/** The first words that begin some command. */
function longestGroup(words: readonly Word[], names: readonly string[]): string[] {
  for (let n = Math.min(mostWords, words.length); n > 0; n--) {
    const start = nameOf(words.slice(0, n));
    if (names.some((name) => name.startsWith(`${start} `))) return start.split(" ");
  }
  return [];
}

function nextWords(group: readonly string[], names: readonly string[]): string[] {
  const start = `${group.join(" ")} `;
  const next = names.flatMap((name) => (name.startsWith(start) ? (name.split(" ")[group.length] ?? []) : []));
  return [...new Set(next)];
}

/** Those who come from abra type the domain before the verb: `app cloud.example.coop deploy`. */
function otherWayRound(words: readonly Word[], commands: Commands): string | undefined {
  for (let moved = 1; moved < Math.min(words.length, mostWords); moved++) {
    const others = words.filter((_, index) => index !== moved);
    const match = longest(others, commands);
    const taken = others.length - (match?.rest.length ?? 0);
    if (match !== undefined && taken > moved)
      return [match.name, words[moved]?.text, ...match.rest.map((word) => word.text)].join(" ");
  }
  return undefined;
}

function nearestCommand(words: readonly Word[], names: readonly string[]): string | undefined {
  for (let n = Math.min(mostWords, words.length); n > 0; n--) {
    const alike = names.filter((name) => name.split(" ").length === n);
    const near = nearest(nameOf(words.slice(0, n)).slice(0, 80), alike);
    if (near !== undefined) return [near, ...words.slice(n).map((word) => shown(word.text))].join(" ");
  }
  return undefined;
}

/** Phones begin a message with a capital letter, so the letters' case does not count. */
function nameOf(words: readonly Word[]): string {
  return words.map((word) => word.text.toLowerCase()).join(" ");
}

function textOf(words: readonly Word[]): string {
  return words.map((word) => word.text).join(" ");
}
