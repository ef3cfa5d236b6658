import { say, type Block, type Message } from "../chat/message.ts";
import { nearest } from "../core/nearest.ts";
import { topicUnknown } from "../core/problems/router.ts";
import type { Member, People } from "../people/index.ts";
import type { Command } from "./define.ts";
import { either, shown } from "./excerpt.ts";
import type { Commands } from "./match.ts";
import { holdersOf, may, rolesFor } from "./may.ts";
import { argsOf, usageOf } from "./shape.ts";
import { topicMessage, type Topic } from "./topics.ts";
import type { Help } from "./types.ts";

/** Help from the commands themselves. `topics` are the pages of the manual. */
export function openHelp(house: {
  commands: Commands;
  people: People;
  topics: () => readonly Topic[];
}): Help {
  const { commands, people, topics } = house;
  return {
    overview: (member) => overview(commands, topics(), member),
    about(typed, member) {
      const words = typed.toLowerCase().trim().replace(/\s+/g, " ");
      const command = commands.get(words);
      if (command !== undefined) return aboutCommand(people, words, command, member);
      const group = [...commands].filter(([name]) => name.startsWith(`${words} `));
      if (group.length > 0) return aboutGroup(words, group, member);
      const topic = topics().find((one) => one.name === words.replaceAll(" ", "-"));
      if (topic !== undefined) return topicMessage(topic);
      const names = [...commands.keys(), ...topics().map((one) => one.name)];
      const near = nearest(words.slice(0, 80), names);
      throw topicUnknown({ typed: shown(typed), ...(near !== undefined && { nearest: near }) });
    },
  };
}

function overview(commands: Commands, topics: readonly Topic[], member: Member): Message {
  const mine = [...commands].filter(([, command]) => may(member, command));
  // A group of one word alone would only be noise: those come first, together.
  const groups = Map.groupBy(mine, ([name]) =>
    name.includes(" ") || hasMore(name, mine) ? firstOf(name) : "",
  );
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const blocks = sorted.flatMap(([group, members]): Block[] => [
    ...(group === "" ? [] : [{ kind: "text" as const, text: `**${group}**` }]),
    { kind: "list", items: members.map(shortLineOf) },
  ]);
  const message = say("This is what you can say:");
  const pages = topics.map((topic) => `\`help ${topic.name}\``).join(", ");
  return {
    blocks: [
      ...message.blocks,
      ...blocks,
      { kind: "text", text: "More about one: `help <command>`, such as `help member list`." },
      ...(pages === "" ? [] : [{ kind: "text" as const, text: `Pages of the manual: ${pages}.` }]),
    ],
  };
}

/** With the first part of its summary: all that one may say has to fit into one message. */
function shortLineOf([name, command]: [string, Command]): string {
  const [first = ""] = command.summary.split(/[.:;] /);
  return lineOf([name, { ...command, summary: `${first.replace(/\.$/, "")}.` }]);
}

function aboutGroup(words: string, group: [string, Command][], member: Member): Message {
  const mine = group.filter(([, command]) => may(member, command));
  const others = group.length - mine.length;
  return say(
    mine.length === 0 ? `Nothing of ${words} is for you to say.` : `What you can say about ${words}:`,
    {
      list: mine.map(lineOf),
      ...(others > 0 && { next: `${others} more ${others === 1 ? "is" : "are"} for other roles.` }),
    },
  );
}

function aboutCommand(people: People, name: string, command: Command, member: Member): Message {
  const args = argsOf(command).map((arg) => {
    const left = arg.optional ? " (may be left out)" : "";
    return `\`${arg.flag ?? arg.shown}\`: ${arg.expected}${left}`;
  });
  const roles = rolesFor(command);
  const who = roles.includes("member")
    ? "Every member may say it."
    : `For ${either(roles.map((role) => `${role}s`)).replace(" or ", " and ")}.`;
  const holders = may(member, command)
    ? ""
    : ` Ask one of them: ${holdersOf(people, roles) || "nobody holds that role yet"}.`;
  return {
    blocks: [
      { kind: "text", text: command.summary },
      { kind: "code", text: usageOf(name, command) },
      ...(args.length === 0 ? [] : [{ kind: "list" as const, items: args }]),
      { kind: "text", text: `Example: \`${command.example}\`` },
      { kind: "text", text: who + holders },
    ],
  };
}

function lineOf([name, command]: [string, Command]): string {
  return `\`${usageOf(name, command)}\`: ${command.summary}`;
}

function firstOf(name: string): string {
  return name.split(" ")[0] ?? name;
}

function hasMore(name: string, commands: readonly [string, Command][]): boolean {
  return commands.some(([other]) => other.startsWith(`${name} `));
}
