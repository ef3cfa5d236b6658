import { plainSymbol } from "../approvals/index.ts";
import type { DurableInbox } from "../chat/inbox.ts";
import { say } from "../chat/message.ts";
import type { Incoming, Outbox } from "../chat/transport.ts";
import type { People } from "../people/types.ts";
import type { Work } from "../work/types.ts";

type Reaction = Extract<Incoming, { kind: "reaction" }>;

interface Parts {
  inbox: Pick<DurableInbox, "find">;
  outbox: Pick<Outbox, "post">;
  people: Pick<People, "byMatrixId">;
  work: Pick<Work, "entries">;
  prefix: string;
}

/** Reactions that mean: this was work. */
const watches = new Set(["⏱", "⏲"]);
/** Words of the message that are taken over. */
const mostWords = 12;

/**
 * Somebody put a watch on a message of their own: it is answered, once, with the command that enters it as work, in
 * which only the time is missing. Anything else is none of our business.
 */
export function openQuickLog({ inbox, outbox, people, work, prefix }: Parts): (event: Reaction) => void {
  return (event) => {
    if (!watches.has(plainSymbol(event.symbol))) return;
    const member = people.byMatrixId(event.sender);
    const about = member === undefined ? undefined : inbox.find(event.target);
    if (member === undefined || about?.kind !== "message") return;
    if (about.sender !== event.sender || about.room !== event.room) return;
    const [last] = work.entries(member.name, { person: member.name, limit: 1 });
    const link = `https://matrix.to/#/${encodeURIComponent(about.room)}/${encodeURIComponent(about.eventId)}`;
    outbox.post({
      kind: "message",
      key: `${about.eventId}/work-log`,
      room: about.room,
      replyTo: about.eventId,
      threadRoot: about.threadRoot ?? about.eventId,
      message: say("To enter this as work, put in how long it took and say this:", {
        code: `${prefix} work log <time> ${last?.circle ?? "<circle>"} "${wordsOf(about.text)}" ${link}`,
        next: "The time is 2h30, 2.5h, 150m or 2:30; the day is today unless you add --date yesterday",
      }),
    });
  };
}

/** The first words, without what would end the quotes around them. */
function wordsOf(text: string): string {
  const words = text
    .replaceAll(/["“”`]/g, "")
    .trim()
    .split(/\s+/);
  return words.slice(0, mostWords).join(" ").slice(0, 200);
}
