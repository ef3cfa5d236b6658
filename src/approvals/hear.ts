import type { Incoming } from "../chat/transport.ts";
import { isoOf } from "../core/clock.ts";
import type { Member } from "../people/index.ts";
import { noVoice, type NoVoice } from "./entitled.ts";
import { notCountedMessage, type NotCounted } from "./not-counted.ts";
import { sceneOf, type Desk } from "./parts.ts";
import type { ApprovalRow } from "./rows.ts";
import { recount } from "./settle.ts";
import { symbolSays } from "./symbol.ts";

export type Reaction = Pick<
  Extract<Incoming, { kind: "reaction" }>,
  "eventId" | "room" | "sender" | "at" | "target" | "symbol"
>;
type Redaction = Extract<Incoming, { kind: "redaction" }>;

/**
 * A reaction was heard. It counts only if it stands under our question, in that room, says yes or no, comes from
 * somebody who may answer now, before the end, and the question is open and not grave. What does not count
 * because of who or when is explained once; a reaction to anything else is none of our business.
 */
export function hearReaction(desk: Desk, event: Reaction): void {
  const { rows, people, audit } = desk;
  const says = symbolSays(event.symbol);
  if (says === null || event.sender === desk.self()) return;
  const found = ourQuestion(desk, event);
  if (found === undefined || !rows.judge(event.eventId, found.row.id, event.at)) return;
  const { row } = found;
  const member = people.byMatrixId(event.sender);
  const why = notCounted(found, event, noVoice(row, member));
  if (why === "settled") return;
  if (why !== null || member === undefined) {
    explain(desk, row, event, why ?? "unknown", member);
    return;
  }
  rows.keepVoice({
    approval: row.id,
    member: member.name,
    says,
    why: null,
    matrixId: event.sender,
    via: "reaction",
    eventId: event.eventId,
    saidAt: event.at,
  });
  const { eventId, room, sender: matrixId } = event;
  const at = isoOf(event.at);
  audit.append({
    who: member.name,
    what: "approval.voice",
    subject: row.id,
    // Reactions are never encrypted, so nothing vouches for them but the homeservers.
    details: {
      says,
      via: "reaction",
      trust: "clear",
      matrixId,
      eventId,
      room,
      at,
      role: row.from,
      binds: row.binds,
    },
  });
  recount(desk, row);
}

/** Once for each person and question; strangers share one, so that a crowd cannot make the bot flood the room. */
function explain(
  desk: Desk,
  row: ApprovalRow,
  event: Reaction,
  why: NotCounted,
  member: Member | undefined,
): void {
  desk.outbox.post({
    kind: "message",
    key: `${row.id}/not-counted/${why}/${member?.name ?? "strangers"}`,
    room: event.room,
    message: notCountedMessage(sceneOf(desk, row), event.sender, why),
    replyTo: event.target,
    ...(row.threadRoot !== null && { threadRoot: row.threadRoot }),
  });
}

interface Found {
  row: ApprovalRow;
  /** It stands under the reminder instead of the question. */
  onReminder: boolean;
}

function notCounted({ row, onReminder }: Found, event: Reaction, voiceless: NoVoice | null) {
  if (row.status === "approved" || row.status === "declined") return "settled";
  if (row.status === "withdrawn") return "withdrawn";
  if (row.status === "expired" || event.at >= row.expiresAt) return "late";
  if (onReminder) return "on the reminder";
  return voiceless ?? (row.weight === "grave" ? "grave" : null);
}

function ourQuestion({ outbox, rows }: Desk, event: Reaction): Found | undefined {
  const key = outbox.keyOf(event.target, event.room);
  const match = key === undefined ? null : /^(.*)\/(question|reminder)$/s.exec(key);
  const row = rows.get(match?.[1] ?? "");
  return row?.room === event.room ? { row, onReminder: match?.[2] === "reminder" } : undefined;
}

/** A redaction was heard: if what it takes back was a standing voice of an open question, the voice is withdrawn. */
export function hearRedaction(desk: Desk, event: Redaction): void {
  const voice = desk.rows.voiceOfEvent(event.redacts);
  const row = voice && desk.rows.get(voice.approval);
  if (voice === undefined || row?.status !== "open" || row.room !== event.room) return;
  const by = desk.people.byMatrixId(event.sender)?.name ?? event.sender;
  takeBack(desk, row, voice.member, { by, eventId: event.eventId, redacts: event.redacts });
}

/** Withdraws a standing voice and counts again. */
export function takeBack(
  desk: Desk,
  row: ApprovalRow,
  member: string,
  { by, ...details }: { by: string; eventId: string | null; redacts: string },
): void {
  desk.rows.withdrawVoice(row.id, member, desk.clock.now());
  desk.audit.append({
    who: by,
    what: "approval.voice-withdrawn",
    subject: row.id,
    details: { member, room: row.room, binds: row.binds, ...details },
  });
  recount(desk, row);
}
