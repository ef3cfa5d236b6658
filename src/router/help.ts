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

/** How a command that wants to be said beyond doubt may be said; help and manual say the same. */
export const onlyVerified = "Only from a verified device in an encrypted room, or on the machine itself";

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

/** Commands of one word in full; of the others what there is, group by group: all of them would fill four screens. */
function overview(commands: Commands, topics: readonly Topic[], member: Member): Message {
  const mine = [...commands].filter(([, command]) => may(member, command));
  const alone = mine.filter(([name]) => !name.includes(" "));
  const groups = Map.groupBy(
    mine.map(([name]) => name).filter((name) => name.includes(" ")),
    firstOf,
  );
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const pages = topics.map((topic) => `\`help ${topic.name}\``).join(", ");
  const text = (words: string): Block => ({ kind: "text", text: words });
  const list = (items: string[]): Block[] => (items.length === 0 ? [] : [{ kind: "list", items }]);
  return {
    blocks: [
      text("This is what you can say:"),
      ...list(alone.map(lineOf)),
      text("And, each told with `help` and its word, such as `help member`:"),
      ...list(sorted.map(([group, names]) => `\`${group}\`: ${names.map(withoutFirst).join(", ")}`)),
      text("More about one: `help <command>`, such as `help member list`."),
      ...(pages === "" ? [] : [text(`Pages of the manual: ${pages}.`)]),
    ],
  };
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
      { kind: "text", text: who + holders + (command.verified === true ? ` ${onlyVerified}.` : "") },
    ],
  };
}

function lineOf([name, command]: [string, Command]): string {
  return `\`${usageOf(name, command)}\`: ${command.summary}`;
}

function firstOf(name: string): string {
  return name.split(" ")[0] ?? name;
}

function withoutFirst(name: string): string {
  return name.slice(firstOf(name).length + 1);
}
