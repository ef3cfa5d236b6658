/** What commands about work share. */
import { say, type Message } from "../../src/chat/message.ts";
import { start, type CommandContext, type Reply } from "../../src/router/define.ts";
import workEntry from "../../workflows/work-entry.ts";
import { entryWords, type Entry } from "../../workflows/parts/entry-words.ts";

/** Begins to ask about an entry. Whoever waits for the answer itself (web, command line) reads its number and notes. */
export function ask(entry: Entry, notes: readonly string[], what: string): Reply {
  const message = say(`Entry ${entry.id} ${what}: ${entryWords(entry)}.`, {
    list: [...notes],
    next: `To follow it: \`work show ${entry.id}\``,
  });
  return start(workEntry, { entry: entry.id, version: entry.version }, message);
}

/** Ends the run that asks about what does not stand any more. */
export function stopAsking(
  runs: CommandContext<object>["runs"],
  run: string | null,
  by: string,
  why: string,
): void {
  if (run !== null && runs.show(run)?.finishedAt === null) runs.cancel(run, by, why);
}

/** A list, or that there is nothing. */
export function listOr(nothing: string, title: string, list: string[], next: string): Message {
  return list.length === 0 ? say(nothing, { next }) : say(title, { list, next });
}
