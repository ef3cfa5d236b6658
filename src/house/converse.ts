import type { Incoming, Outbox, Outgoing, Room } from "../chat/transport.ts";
import { sayProblem } from "../chat/render.ts";
import { say, type Message } from "../chat/message.ts";
import type { Approvals } from "../approvals/types.ts";
import type { People } from "../people/types.ts";
import type { Outcome, Router } from "../router/index.ts";
import type { Follow, Speaker } from "../router/define.ts";

type Said = Extract<Incoming, { kind: "message" }>;

export interface ConverseParts {
  router: Pick<Router, "dispatch">;
  approvals: Pick<Approvals, "heard">;
  /** Told of each reaction, beside the questions. */
  reacted: (event: Extract<Incoming, { kind: "reaction" }>) => void;
  people: Pick<People, "byMatrixId">;
  outbox: Outbox;
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
        parts.outbox.post({
          kind: "message",
          key: `${event.eventId}/unreadable`,
          room: event.room,
          replyTo: event.eventId,
          message: say("I could not read this message: its keys have not reached me.", {
            next: "Say it again; if that does not help, verify your device or log in anew.",
          }),
        });
        return;
      case "message":
        await answerMessage(parts, event);
    }
  };
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
      if (event.direct) return [aside(reply(event.room, outcome.message, "private"))];
      return [
        aside(reply({ direct: event.sender }, outcome.message, "private")),
        reply(event.room, outcome.public),
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

/** For the asker's eyes alone: links and keys do not stay behind in the outbox. */
function aside(out: Outgoing): Outgoing {
  return out.kind === "message" ? { ...out, forget: true } : out;
}

/** The command line if the message is meant for the bot: by prefix, by mention, or in a room of two. */
function addressed(event: Said, { prefix, self }: ConverseParts): string | undefined {
  const text = event.text.trim();
  if (text === prefix || text.startsWith(`${prefix} `) || text.startsWith(`${prefix}\n`)) {
    return text.slice(prefix.length).trim();
  }
  if (event.mentioned) return withoutMention(text, event.html ?? "", self);
  return event.direct ? text : undefined;
}

/**
 * Clients write a mention as the bot's display name or id before the command; the pill tells which words those
 * are.
 */
function withoutMention(text: string, html: string, self: string): string {
  const ids = [self, encodeURIComponent(self)];
  const anchors = html.matchAll(/<a\s[^>]*href=["']([^"']*)["'][^>]*>([^<]*)<\/a>/gi);
  const pill = [...anchors].find(([, href]) => ids.some((id) => href?.endsWith(id) === true));
  const shown = [pill?.[2], self].find(
    (words) => words !== undefined && words !== "" && text.startsWith(words),
  );
  const rest = shown === undefined ? text.replace(/^\S+/, "") : text.slice(shown.length);
  return rest.replace(/^[:,\s]+/, "");
}
