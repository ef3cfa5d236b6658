import type { Incoming, Outbox, Outgoing, Room } from "../chat/transport.ts";
import { sayProblem } from "../chat/render.ts";
import { say, type Message } from "../chat/message.ts";
import type { Clock } from "../core/clock.ts";
import type { Approvals } from "../approvals/types.ts";
import type { People } from "../people/types.ts";
import { pillsIn, type Outcome, type Router } from "../router/index.ts";
import type { Follow, Speaker } from "../router/define.ts";

type Said = Extract<Incoming, { kind: "message" }>;
type Unencrypted = Extract<Incoming, { kind: "unencrypted" }>;
type Unreadable = Extract<Incoming, { kind: "undecryptable" }>;

/** How often a room is told that words could not be read, or are not heeded without encryption, ms. */
const tellAgainMs = 3_600_000;

export interface ConverseParts {
  router: Pick<Router, "dispatch">;
  approvals: Pick<Approvals, "heard">;
  /** Told of each reaction, beside the questions. */
  reacted: (event: Extract<Incoming, { kind: "reaction" }>) => void;
  people: Pick<People, "byMatrixId">;
  outbox: Outbox;
  clock: Clock;
  via: "matrix" | "console";
  /** The bot's own id: a mention of it is not part of the command. */
  self: string;
  /** The word that a command begins with. */
  prefix: string;
  /** Whether answers open a thread under the command. */
  threads: boolean;
  /** Keeps an answer fresh that was posted under this key. */
  follow: (key: string, room: string, about: Follow) => void;
}

/**
 * What is said in a room goes to the one door, and what comes back goes to the outbox under a key made of the
 * event's id: heard twice, answered once.
 */
export function converse(parts: ConverseParts): (event: Incoming) => Promise<void> {
  return async (event) => {
    switch (event.kind) {
      case "reaction":
        parts.approvals.heard(event);
        parts.reacted(event);
        return;
      case "redaction":
        parts.approvals.heard(event);
        return;
      case "undecryptable":
        tellUnreadable(parts, event);
        return;
      case "unencrypted":
        tellUnencrypted(parts, event);
        return;
      case "message":
        await answerMessage(parts, event);
    }
  };
}

/** Once an hour to each member, and to all others of a room together: they could make a thousand of them. */
function tellUnreadable({ outbox, clock, people }: ConverseParts, event: Unreadable): void {
  const { eventId, room, sender } = event;
  const whom = people.byMatrixId(sender)?.name ?? "others";
  outbox.post({
    kind: "message",
    key: `${room}/unreadable/${whom}/${Math.floor(clock.now() / tellAgainMs)}`,
    room,
    replyTo: eventId,
    message: say("I could not read this message: its keys have not reached me.", {
      next: "Say it again; if that does not help, verify your device or log in anew.",
    }),
  });
}

/** Once per room and hour: whoever makes such words could make a thousand. */
function tellUnencrypted({ outbox, clock, ...parts }: ConverseParts, event: Unencrypted): void {
  if (addressed(event, parts) === undefined) return;
  outbox.post({
    kind: "message",
    key: `${event.room}/unencrypted/${Math.floor(clock.now() / tellAgainMs)}`,
    room: event.room,
    replyTo: event.eventId,
    message: say("This message came without encryption into an encrypted room, so I do not act on it.", {
      list: [
        "Matrix clients never send that here; the admin of a homeserver could, in anybody's name.",
        "I say this once an hour, however many there are.",
      ],
      next: "If it was you: say it again from a client that encrypts. If it was not: tell an operator.",
    }),
  });
}

async function answerMessage(parts: ConverseParts, event: Said): Promise<void> {
  const line = addressed(event, parts);
  if (line === undefined) return;
  const threadRoot = event.threadRoot ?? (parts.threads ? event.eventId : undefined);
  const by: Speaker = {
    member: parts.people.byMatrixId(event.sender) ?? null,
    matrixId: event.sender,
    via: parts.via,
    trust: event.trust,
    place: {
      room: event.room,
      eventId: event.eventId,
      ...(threadRoot !== undefined && { threadRoot }),
      ...(event.repliesTo !== undefined && { repliesTo: event.repliesTo }),
      ...(event.direct && { direct: true as const }),
    },
  };
  const reply = (room: Room, message: Message, part = "reply"): Outgoing => ({
    kind: "message",
    key: `${event.eventId}/${part}`,
    room,
    message,
    ...(room === event.room && { replyTo: event.eventId, ...(threadRoot !== undefined && { threadRoot }) }),
  });
  const speak = (outcome: Outcome): void => {
    for (const out of spoken(event, outcome, reply)) parts.outbox.post(out);
  };
  const outcome = await parts.router.dispatch(line === "" ? "help" : line, by, {
    key: event.eventId,
    at: event.at,
    ...(event.html !== undefined && { html: event.html }),
    // In the transaction of the change itself: what was done and what is said about it cannot come apart.
    deliver: speak,
  });
  if (outcome.kind === "answer" && outcome.follow !== undefined) {
    parts.follow(`${event.eventId}/reply`, event.room, outcome.follow);
  }
}

type Replying = (room: Room, message: Message, part?: string) => Outgoing;

function spoken(event: Said, outcome: Outcome, reply: Replying): Outgoing[] {
  switch (outcome.kind) {
    case "answer":
      return [reply(event.room, outcome.message)];
    case "private":
      return [
        aside(reply(aloneWith(event), outcome.message, "private")),
        ...(isForTwo(event) ? [] : [reply(event.room, outcome.public)]),
      ];
    case "problem":
      return [reply(event.room, sayProblem(outcome.problem))];
    case "started": {
      // The run itself tells how it goes; the wheel on the command says that it was heard.
      const { room, eventId: target } = event;
      return [{ kind: "reaction", key: `${target}/heard`, room, target, symbol: "🚲" }];
    }
  }
}

/** Where it was said is where the private answer goes: an encrypted room of the two. */
function isForTwo({ direct, trust }: Said): boolean {
  return direct && trust !== "clear";
}

/** The transport looks again, when it sends, who is in the room now and whether it is encrypted. */
function aloneWith({ sender, room, direct }: Said): Room {
  return { direct: sender, ...(direct && { rather: room }) };
}

/** For the asker's eyes alone: links and keys do not stay behind in the outbox. */
function aside(out: Outgoing): Outgoing {
  return out.kind === "message" ? { ...out, forget: true } : out;
}

/** The command line if the message is meant for the bot: by prefix, by mention, or in a room of two. */
function addressed(
  event: Said | Unencrypted,
  { prefix, self }: Pick<ConverseParts, "prefix" | "self">,
): string | undefined {
  const text = event.text.trim();
  if (text === prefix || text.startsWith(`${prefix} `) || text.startsWith(`${prefix}\n`)) {
    return text.slice(prefix.length).trim();
  }
  const called = event.mentioned ? withoutName(text, event.html ?? "", self) : undefined;
  return called ?? (event.direct ? text : undefined);
}

/**
 * What is said after the bot's name, if the message begins with it: as the pill shows it, as its id or the first part
 * of that. Undefined for any other mention: clients mention whoever is replied to, and "Don't approve bakor" under a
 * question is no command.
 */
function withoutName(text: string, html: string, self: string): string | undefined {
  const shown = pillsIn(html).find(({ id }) => id === self)?.name ?? "";
  for (const name of [shown, self, /^@([^:]+)/.exec(self)?.[1] ?? ""]) {
    const at = text.startsWith(`@${name}`) ? name.length + 1 : name.length;
    if (name === "" || !text.slice(0, at).endsWith(name)) continue;
    const rest = text.slice(at);
    if (rest === "" || /^[:,\s]/.test(rest)) return rest.replace(/^[:,\s]+/, "");
  }
  return undefined;
}
