/** Puts the words after a command into its arguments. */
import { nearest } from "../core/nearest.ts";
import {
  argumentMissing,
  argumentUnfit,
  flagUnfit,
  flagUnknown,
  wordsLeftOver,
} from "../core/problems/router.ts";
import { excerpt, shown } from "./excerpt.ts";
import type { Match } from "./match.ts";
import { argsOf, choicesOf, usageOf, type Arg } from "./shape.ts";
import type { Word } from "./words.ts";

/** What was typed for one argument, and where it begins. */
interface Given {
  value: string | boolean | string[];
  at: number;
}

/** The arguments by key, checked by their schemas. Throws a Problem that points at the word that does not fit. */
export function fillWords(line: string, match: Match): Record<string, unknown> {
  const filling = new Filling(line, match);
  filling.sort();
  return filling.check();
}

/** The particulars with which problems about a command speak of it. */
export function about({ name, command }: Pick<Match, "name" | "command">): {
  command: string;
  usage: string;
  example: string;
} {
  return { command: name, usage: usageOf(name, command), example: command.example };
}

/** One argument's value, checked. `given` is undefined when nothing was said for it. */
export function checked(
  match: Pick<Match, "name" | "command">,
  arg: Arg,
  given: string | boolean | string[] | undefined,
  excerptOf?: (expected: string) => string,
): unknown {
  const parsed = arg.schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const { expected } = arg;
  if (given === undefined) throw argumentMissing({ ...about(match), expected });
  const near = nearest(String(given).slice(0, 80), choicesOf(arg.schema));
  throw argumentUnfit({
    ...about(match),
    typed: shown(String(given)),
    expected,
    ...(excerptOf !== undefined && { excerpt: excerptOf(expected) }),
    ...(near !== undefined && { nearest: near }),
  });
}

// A word that phones have made of two hyphens counts as a flag as well: —remove.
const flagWord = /^(?:--|[‐-―−]+-?)(?=\p{L})/u;

function joined(arg: Arg, words: readonly Word[]): string | string[] {
  const texts = words.map((word) => word.text);
  return arg.list ? texts : texts.join(" ");
}

class Filling {
  readonly #line: string;
  readonly #match: Match;
  readonly #args: Arg[];
  readonly #positional: Arg[];
  readonly #plain: Word[] = [];
  readonly #given = new Map<string, Given>();

  constructor(line: string, match: Match) {
    this.#line = line;
    this.#match = match;
    this.#args = argsOf(match.command);
    this.#positional = this.#args.filter((arg) => arg.flag === null);
  }

  /** Tells flags from plain words. */
  sort(): void {
    const { rest } = this.#match;
    for (let i = 0; i < rest.length; i++) {
      const word = rest[i];
      if (word === undefined) return;
      if (!word.quoted && word.text === "--") {
        this.#plain.push(...rest.slice(i + 1));
        return;
      }
      const flag = word.quoted ? undefined : this.#flagIn(word);
      if (flag === undefined) this.#plain.push(word);
      else if (this.#takeFlag(word, flag, rest[i + 1])) i++;
    }
  }

  check(): Record<string, unknown> {
    this.#positional.forEach((arg, index) => {
      const words = arg.rest ? this.#plain.slice(index) : this.#plain.slice(index, index + 1);
      const [first] = words;
      if (first !== undefined) this.#given.set(arg.key, { value: joined(arg, words), at: first.at });
    });
    this.#refuseMore();
    return Object.fromEntries(
      this.#args.map((arg) => {
        const given = this.#given.get(arg.key);
        const pointAt = (expected: string): string => excerpt(this.#line, given?.at ?? 0, expected);
        return [arg.key, checked(this.#match, arg, given?.value, pointAt)];
      }),
    );
  }

  /** Throws for a word that looks like a flag and is none; in a free text it is a word like any other. */
  #flagIn(word: Word): { arg: Arg; value: string | undefined } | undefined {
    if (!flagWord.test(word.text)) return undefined;
    const [typed = "", ...value] = word.text.replace(flagWord, "--").split("=");
    const arg = this.#args.find((one) => one.flag === typed.toLowerCase());
    if (arg !== undefined) return { arg, value: value.length === 0 ? undefined : value.join("=") };
    const inFreeText =
      this.#positional.at(-1)?.rest === true && this.#plain.length >= this.#positional.length;
    if (inFreeText) return undefined;
    const flags = this.#args.flatMap((one) => one.flag ?? []);
    const near = nearest(typed.slice(0, 80), flags);
    throw flagUnknown({
      ...about(this.#match),
      typed: shown(typed),
      excerpt: excerpt(this.#line, word.at, flags.length === 0 ? "no flag here" : flags.join(", ")),
      ...(near !== undefined && { nearest: near }),
    });
  }

  /** True when it took the next word as its value. */
  #takeFlag(word: Word, flag: { arg: Arg; value: string | undefined }, next: Word | undefined): boolean {
    const { arg, value } = flag;
    const refuse = (why: "needs a value" | "takes no value" | "is said twice"): Error =>
      flagUnfit({
        ...about(this.#match),
        flag: arg.flag ?? arg.key,
        why,
        excerpt: excerpt(
          this.#line,
          word.at,
          why === "needs a value" ? `${arg.expected} after this` : "it once",
        ),
      });
    if (this.#given.has(arg.key)) throw refuse("is said twice");
    if (arg.boolean) {
      if (value !== undefined && !/^(true|false)$/i.test(value)) throw refuse("takes no value");
      this.#given.set(arg.key, { value: value?.toLowerCase() !== "false", at: word.at });
      return false;
    }
    const own = value ?? next?.text;
    if (own === undefined || (value === undefined && next !== undefined && this.#isFlag(next)))
      throw refuse("needs a value");
    this.#given.set(arg.key, { value: own, at: value === undefined ? (next?.at ?? word.at) : word.at });
    return value === undefined;
  }

  #isFlag(word: Word): boolean {
    return !word.quoted && flagWord.test(word.text);
  }

  #refuseMore(): void {
    const extra = this.#plain[this.#positional.length];
    if (extra === undefined || this.#positional.at(-1)?.rest === true) return;
    throw wordsLeftOver({
      ...about(this.#match),
      typed: shown(extra.text),
      excerpt: excerpt(this.#line, extra.at, "nothing more here"),
    });
  }
}
