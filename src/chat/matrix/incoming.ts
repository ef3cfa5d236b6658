import { MatrixId } from "../../core/terms.ts";
import type { Incoming, Trust } from "../transport.ts";
import { isRecord, type RawEvent } from "./raw-event.ts";
import { withoutHtmlReply, withoutReply } from "./reply-fallback.ts";

export interface Circumstances {
  self: MatrixId;
  room: string;
  trust: Trust;
  /** Only the bot and one other are in the room. */
  direct: boolean;
}

/**
 * What an event says to the bot; undefined when it says nothing: its own events, notices (which bots must not answer,
 * or two bots would talk for ever), edits (a command is what was said first), and whatever has no words.
 */
export function incomingOf(event: RawEvent, circumstances: Circumstances): Incoming | undefined {
  const sender = MatrixId.safeParse(event.sender);
  if (!sender.success || sender.data === circumstances.self) return undefined;
  const heard = {
    eventId: event.event_id,
    room: circumstances.room,
    sender: sender.data,
    at: event.origin_server_ts,
  };
  switch (event.type) {
    case "m.room.message":
      return message(heard, event.content, circumstances);
    case "m.reaction":
      return reaction(heard, event.content);
    case "m.room.redaction":
      return redaction(heard, event);
    default:
      return undefined;
  }
}

type HeardParts = Pick<Incoming, "eventId" | "room" | "sender" | "at">;

function message(
  heard: HeardParts,
  content: Record<string, unknown>,
  { self, direct, trust }: Circumstances,
): Incoming | undefined {
  const { msgtype, body, formatted_body: formatted, format } = content;
  const relation = relationOf(content);
  if (msgtype !== "m.text" || typeof body !== "string" || relation.type === "m.replace") return undefined;
  const isHtml = format === "org.matrix.custom.html" && typeof formatted === "string";
  const html = isHtml ? (relation.isReply ? withoutHtmlReply(formatted) : formatted) : undefined;
  return {
    ...heard,
    kind: "message",
    text: relation.isReply ? withoutReply(body) : body,
    ...(html !== undefined && { html }),
    ...(relation.type === "m.thread" && relation.target !== undefined && { threadRoot: relation.target }),
    ...(relation.repliesTo !== undefined && { repliesTo: relation.repliesTo }),
    mentioned: mentions(content, self, html),
    direct,
    trust,
  };
}

function reaction(heard: HeardParts, content: Record<string, unknown>): Incoming | undefined {
  const { type, target, key } = relationOf(content);
  if (type !== "m.annotation" || target === undefined || key === undefined) return undefined;
  return { ...heard, kind: "reaction", target, symbol: key };
}

/** Room version 11 moved the redacted event's id into the content. */
function redaction(heard: HeardParts, event: RawEvent): Incoming | undefined {
  const inContent = event.content["redacts"];
  const redacts = typeof inContent === "string" ? inContent : event.redacts;
  return redacts === undefined ? undefined : { ...heard, kind: "redaction", redacts };
}

interface Relation {
  type?: string;
  target?: string;
  key?: string;
  /** A reply that quotes: in a thread, `is_falling_back` marks what only looks like one. */
  isReply: boolean;
  repliesTo?: string;
}

function relationOf(content: Record<string, unknown>): Relation {
  const relation = content["m.relates_to"];
  if (!isRecord(relation)) return { isReply: false };
  const { rel_type: type, event_id: target, key, is_falling_back: fallingBack } = relation;
  const { "m.in_reply_to": quoted } = relation;
  const isReply = isRecord(quoted) && fallingBack !== true;
  return {
    ...(typeof type === "string" && { type }),
    ...(typeof target === "string" && { target }),
    ...(typeof key === "string" && { key }),
    isReply,
    ...(isReply && typeof quoted["event_id"] === "string" && { repliesTo: quoted["event_id"] }),
  };
}

/** By `m.mentions`, or by a pill where an older client sends none. */
function mentions(content: Record<string, unknown>, self: string, html: string | undefined): boolean {
  const said = content["m.mentions"];
  if (isRecord(said)) return Array.isArray(said["user_ids"]) && said["user_ids"].includes(self);
  if (html === undefined) return false;
  const links = html.matchAll(/https:\/\/matrix\.to\/#\/([^"'<>\s?]+)/g);
  return [...links].some(([, id = ""]) => id === self || decoded(id) === self);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: not a link that any client makes, so it names nobody.
    return "";
  }
}
