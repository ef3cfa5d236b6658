/** What the schemas of a command's arguments say about how they are typed. Parser, help and checks share it. */
import type { z } from "zod";
import type { Command } from "./define.ts";

export interface Arg {
  key: string;
  schema: z.ZodType;
  /** The key as it is typed and shown: `matrix-id`. */
  shown: string;
  /** `--key` when it is said by name, else null: it is positional. */
  flag: string | null;
  /** A flag without a value. */
  boolean: boolean;
  optional: boolean;
  /** Takes all the words that are left. */
  rest: boolean;
  /** Takes them as a list, not joined. */
  list: boolean;
  /** What is expected, in words that fit after "needs". */
  expected: string;
}

/** The arguments of a command in the order of its declaration. */
export function argsOf(command: Command): Arg[] {
  const flags = new Set<string>(command.flags ?? []);
  const keys = Object.keys(command.args);
  const last = keys.filter((key) => !flags.has(key)).at(-1);
  return Object.entries(command.args).map(([key, schema]) => ({
    key,
    schema,
    shown: kebab(key),
    flag: flags.has(key) ? `--${kebab(key)}` : null,
    boolean: core(schema)._zod.def.type === "boolean",
    optional: schema.safeParse(undefined).success,
    rest: (command.rest ?? false) !== false && key === last,
    list: command.rest === "words" && key === last,
    expected: expectationOf(schema),
  }));
}

/** How the command is said, such as `app deploy <app> [version] [--force]`. */
export function usageOf(name: string, command: Command): string {
  const parts = argsOf(command).map((arg) => {
    const value = arg.rest ? `<${arg.shown}…>` : `<${arg.shown}>`;
    const said = arg.flag === null ? value : arg.boolean ? arg.flag : `${arg.flag} ${value}`;
    if (!arg.optional) return said;
    return arg.flag === null ? `[${said.slice(1, -1)}]` : `[${said}]`;
  });
  return [name, ...parts].join(" ");
}

/** The schema inside `optional`, `default` and the like. */
function core(schema: z.ZodType): z.ZodType {
  const { innerType } = schema._zod.def as { innerType?: z.ZodType };
  return innerType === undefined ? schema : core(innerType);
}

/** No term of ours accepts it, so it brings out each schema's own words about what was expected. */
const probe = "\u0001";

function expectationOf(schema: z.ZodType): string {
  const inner = core(schema);
  const described = schema.description ?? inner.description;
  if (described !== undefined) return described;
  const said = inner.safeParse(probe).error?.issues[0]?.message;
  // The library's own messages speak of types, not of what a member would type.
  if (said !== undefined && !/^(Invalid|Too) /.test(said)) return said;
  const choices = choicesOf(schema);
  if (choices.length > 0) return `one of ${choices.join(", ")}`;
  const byType: Record<string, string> = { number: "a number", boolean: "yes, when it is there" };
  return byType[inner._zod.def.type] ?? "a word";
}

/** The words that an enumeration admits; empty for every other schema. */
export function choicesOf(schema: z.ZodType): string[] {
  const { entries } = core(schema)._zod.def as { entries?: Record<string, string> };
  return entries === undefined ? [] : Object.values(entries);
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
