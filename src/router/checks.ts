/** What is looked at before Tandem starts with a set of commands. Each answers with faults in words, or with none. */
import { Problem, messageOf } from "../core/problem.ts";
import { Role } from "../core/terms.ts";
import type { Command } from "./define.ts";
import type { Commands } from "./match.ts";
import { rolesFor } from "./may.ts";
import { parse } from "./parse.ts";
import { argsOf } from "./shape.ts";

/** The faults of all commands, each naming its command. */
export function faultsOf(commands: Commands): string[] {
  return [...commands].flatMap(([name, command]) =>
    [
      ...faultsInDeclaration(command),
      ...faultInExample(name, command, commands),
      ...clashes(name, command, commands),
    ].map((fault) => `${name}: ${fault}`),
  );
}

function faultsInDeclaration(command: Command): string[] {
  const args = argsOf(command);
  const positional = args.filter((arg) => arg.flag === null);
  const strayFlag = (command.flags ?? []).find((flag) => !Object.hasOwn(command.args, flag));
  const lateRequired = positional.find((arg, i) => !arg.optional && positional[i - 1]?.optional === true);
  const plainBoolean = positional.find((arg) => arg.boolean);
  const requiredBoolean = args.find((arg) => arg.boolean && !arg.optional);
  return [
    ...(command.summary.trim().endsWith(".") ? [] : ["the summary is no sentence with a full stop"]),
    ...rolesFor(command)
      .filter((role) => !Role.safeParse(role).success)
      .map((role) => `there is no role ${role}`),
    ...(rolesFor(command).length === 0 ? ["no role may say it"] : []),
    ...(strayFlag === undefined ? [] : [`the flag ${strayFlag} is not among its args`]),
    ...(lateRequired === undefined ? [] : [`${lateRequired.key} is needed but follows one that is not`]),
    ...(plainBoolean === undefined ? [] : [`${plainBoolean.key} is yes or no and must be a flag`]),
    ...(requiredBoolean === undefined
      ? []
      : [`${requiredBoolean.key} is yes or no and needs .default(false)`]),
    ...((command.rest ?? false) !== false && positional.length === 0
      ? ["rest needs an argument that takes the words"]
      : []),
  ];
}

function faultInExample(name: string, command: Command, commands: Commands): string[] {
  try {
    const heard = parse(command.example, commands);
    return heard.name === name ? [] : [`its example says another command, ${heard.name}: ${command.example}`];
  } catch (thrown) {
    const why = thrown instanceof Problem ? thrown.text.happened : messageOf(thrown);
    return [`its example does not parse: ${why.split("\n")[0] ?? ""}`];
  }
}

/**
 * A clash: a longer command's next word would also do as this command's first argument, so that what was meant
 * for the argument would run the longer command.
 */
function clashes(name: string, command: Command, commands: Commands): string[] {
  const first = argsOf(command).find((arg) => arg.flag === null);
  if (first === undefined) return [];
  return [...commands.keys()].flatMap((longer) => {
    if (!longer.startsWith(`${name} `)) return [];
    const next = longer.slice(name.length + 1).split(" ")[0] ?? "";
    return first.schema.safeParse(next).success
      ? [`${longer} clashes with it: "${next}" could also be its ${first.key}`]
      : [];
  });
}
