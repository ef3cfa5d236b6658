import { createHash } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import { isoOf } from "../core/clock.ts";
import type { Db } from "../db/index.ts";
import { redactAll } from "../core/secret.ts";
import { outboxRows, type OutboxRow, type OutboxRows } from "./outbox-rows.ts";
import type { MatrixId } from "../core/terms.ts";
import type { Outbox, Outgoing, Room } from "./transport.ts";

/**
 * Between two edits of one message, ms: homeservers count edits as messages (Synapse's default is 0.2/s, burst
 * 10).
 */
export const editPaceMs = 2000;

/** A message that a transport has taken out to send. Give it back by `sent`, `refused` or `retryLater`. */
export interface Claimed {
  key: string;
  out: Outgoing;
  /** The event that an edit, reaction or redaction is about, resolved; undefined for messages. */
  target: string | undefined;
  /** For edits: whom the message has already rung. */
  alreadyRung: MatrixId[];
  /** What `storeWire` stored at an earlier attempt; must be sent again unchanged. */
  wire: unknown;
  attempts: number;
}

/** The outbox as transports see it. */
export interface OutboxQueue extends Outbox {
  /** The oldest message that may be sent now. Rooms with a message under way are passed over. */
  claimNext(now: number): Claimed | undefined;
  /** When something that waits for its time may be sent, ms since 1970; undefined when nothing waits for time. */
  nextAt(now: number): number | undefined;
  /** Stores what goes over the wire (JSON), before the first try. Durable when it resolves; shares its commit. */
  storeWire(key: string, wire: unknown): Promise<void>;
  /** `room` is where it really went; it replaces `{ direct }`. Also for a message that only its echo proves sent. */
  sent(key: string, eventId: string, room: string): void;
  /**
   * The homeserver has a message, as its echo shows. Of one that is sent in several parts (a text and its files) only
   * the first has this transaction: the others are still to be sent.
   */
  echoed(key: string, eventId: string, room: string): void;
  /** The room will never take it: says why; what is about this message is refused as well. */
  refused(key: string, why: string): void;
  retryLater(key: string, atMs: number, why: string): void;
  /** How many messages (not what is about them) were refused of those that were posted since then, ms since 1970. */
  refusedSince(sinceMs: number): number;
  /** Gives a claim back as if it had not been taken. */
  release(key: string): void;
  /** The key of a not yet confirmed message with this transaction id (a server echoes it in sync). */
  keyOfTransaction(transactionId: string): string | undefined;
  /** Called after each commit that made something sendable. Answers how to end it. */
  onReady(wake: () => void): () => void;
}

/** The transaction id of a message: the same for ever, so that a homeserver takes a repeated PUT for the first. */
export function transactionIdOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}

/** How rows name a room that is known only by whom it is shared with. */
function roomText(room: Room): string {
  return typeof room === "string" ? room : `direct:${room.direct}`;
}

/** The outbox in the `outbox` table: each key once, order kept per room, edits merged, kept over restarts. */
export function openOutbox({ db, clock }: { db: Db; clock: Clock }): OutboxQueue {
  const rows = outboxRows(db);
  const wakers = new Set<() => void>();
  /** Messages under way, by key, with the room that they keep busy. */
  const underWay = new Map<string, string>();
  const wake = (): void => {
    for (const waker of wakers) waker();
  };
  const settle = (key: string, change: () => void): void => {
    underWay.delete(key);
    db.tx(() => {
      change();
      db.afterCommit(wake);
    });
  };
  const sent = (key: string, eventId: string, room: string): void =>
    settle(key, () => {
      rows.sent.run(eventId, room, isoOf(clock.now()), key);
      forget(rows, key);
    });

  return {
    post: (out) =>
      db.tx(() => {
        if (!insert(rows, out, isoOf(clock.now()))) return;
        if (out.kind === "edit") supersedeOlder(rows, out, underWay);
        db.afterCommit(wake);
      }),
    eventIdOf: (key) => rows.byKey.get(key)?.event_id ?? undefined,
    keyOf: (eventId, room) => rows.keyOf.get(eventId, room)?.key,
    refusedSince: (sinceMs) => rows.refusedSince.get(isoOf(sinceMs))?.n ?? 0,
    depth: () => rows.depth.get()?.n ?? 0,
    claimNext: (now) =>
      claimNext({ rows, underWay, refuse: (key, why) => db.tx(() => refuse(rows, key, why)) }, now),
    nextAt: (now) => nextAt(rows, underWay, now),
    storeWire: (key, wire) => db.write(() => void rows.storeWire.run(JSON.stringify(wire), key)),
    sent,
    echoed(key, eventId, room) {
      const row = rows.byKey.get(key);
      if (row === undefined || !hasMoreParts(row)) sent(key, eventId, room);
      else db.tx(() => void rows.begun.run(eventId, room, key));
    },
    refused: (key, why) => settle(key, () => refuse(rows, key, why)),
    retryLater: (key, atMs, why) => settle(key, () => void rows.retryLater.run(atMs, why, key)),
    release: (key) => {
      underWay.delete(key);
      wake();
    },
    keyOfTransaction: (transactionId) =>
      rows.unconfirmed.all().find((row) => transactionIdOf(row.key) === transactionId)?.key,
    onReady: (waker) => {
      wakers.add(waker);
      return () => wakers.delete(waker);
    },
  };
}

function refuse(rows: OutboxRows, key: string, why: string): void {
  rows.refused.run(why, key);
  forget(rows, key);
  // Its first part is in the room all the same.
  if (rows.byKey.get(key)?.event_id != null) return;
  for (const about of rows.queuedAbout.all(`key:${key}`))
    refuse(rows, about.key, "what it is about was not sent");
}

/** Whether more than one event was stored to be sent. */
function hasMoreParts({ wire }: OutboxRow): boolean {
  const { parts = [] } = wire === null ? {} : (JSON.parse(wire) as { parts?: unknown[] });
  return parts.length > 1;
}

/** What was for one person's eyes is not kept beyond its sending; until then every try needs it whole. */
function forget(rows: OutboxRows, key: string): void {
  const row = rows.byKey.get(key);
  if (row === undefined || row.state === "queued") return;
  const out = JSON.parse(row.content) as Outgoing;
  if (out.kind !== "message") return;
  const reveals = out.message.blocks.some((block) => block.kind === "code" && block.reveal === true);
  if (out.forget !== true && !reveals) return;
  const { mentions } = out.message;
  const message = { blocks: [], ...(mentions !== undefined && { mentions }) };
  rows.wipe.run(JSON.stringify({ ...out, message }), key);
}

function insert(rows: OutboxRows, out: Outgoing, queuedAt: string): boolean {
  const room = roomText(out.room);
  const target = out.kind === "message" ? null : targetText(rows, out.target, room);
  const content = JSON.stringify(redactAll(out, isRevealed));
  return rows.insert.run(out.key, room, out.kind, target, content, queuedAt).changes > 0;
}

/** A key that its reader asked for: it has to leave as it is. */
function isRevealed(inner: object): boolean {
  return "reveal" in inner && inner.reveal === true;
}

/** One spelling for one message, so that edits by key and by event id are seen to be about the same. */
function targetText(rows: OutboxRows, target: string, room: string): string {
  if (target.startsWith("key:")) return target;
  const own = rows.keyOf.get(target, room)?.key;
  return own === undefined ? target : `key:${own}`;
}

/** Of the edits of one message only the newest is sent. One that may already have left is let go its way. */
function supersedeOlder(rows: OutboxRows, newest: Outgoing, underWay: Map<string, string>): void {
  const target = rows.byKey.get(newest.key)?.target;
  if (target === null || target === undefined) return;
  for (const older of rows.waitingEdits.all(target, newest.key))
    if (!underWay.has(older.key)) rows.supersede.run(older.key);
}

interface ClaimParts {
  rows: OutboxRows;
  underWay: Map<string, string>;
  refuse: (key: string, why: string) => void;
}

function claimNext({ rows, underWay, refuse }: ClaimParts, now: number): Claimed | undefined {
  const held = new Set(underWay.values());
  const lost: string[] = [];
  let claimed: Claimed | undefined;
  for (const row of rows.queued.iterate()) {
    if (held.has(row.room)) continue;
    if (row.not_before > now) {
      held.add(row.room);
      continue;
    }
    const target = resolveTarget(rows, row);
    if (target === "lost") {
      lost.push(row.key);
      continue;
    }
    // An edit that keeps its pace lets the others of the room pass; so does what is about a message not sent yet.
    if (target === "waits" || (row.kind === "edit" && earliestEdit(rows, row) > now)) continue;
    claimed = {
      key: row.key,
      out: JSON.parse(row.content) as Outgoing,
      target,
      alreadyRung: row.kind === "edit" ? rungBy(rows, row) : [],
      wire: row.wire === null ? undefined : (JSON.parse(row.wire) as unknown),
      attempts: row.attempts,
    };
    underWay.set(row.key, row.room);
    break;
  }
  for (const key of lost) refuse(key, "no message has the key that it is about");
  return claimed;
}

/** The event id behind `key:…`; "waits" while that message is queued, "lost" when it never gets one. */
function resolveTarget(rows: OutboxRows, row: OutboxRow): string | undefined {
  if (row.target?.startsWith("key:") !== true) return row.target ?? undefined;
  const about = rows.byKey.get(row.target.slice("key:".length));
  if (about?.event_id !== null && about?.event_id !== undefined) return about.event_id;
  return about?.state === "queued" ? "waits" : "lost";
}

/** Whom the message and its edits so far have mentioned; an edit rings only new ones (MSC3952). */
function rungBy(rows: OutboxRows, row: OutboxRow): MatrixId[] {
  const target = row.target ?? "";
  const contents = rows.sentAbout.all(target.slice("key:".length), target);
  const messages = contents.map((content) => JSON.parse(content) as Outgoing);
  return messages.flatMap((out) => ("message" in out ? (out.message.mentions ?? []) : []));
}

function earliestEdit(rows: OutboxRows, row: OutboxRow): number {
  const last = rows.lastEdit.get(row.target ?? "")?.sent_at;
  return last === null || last === undefined ? 0 : Date.parse(last) + editPaceMs;
}

function nextAt(rows: OutboxRows, underWay: Map<string, string>, now: number): number | undefined {
  let earliest: number | undefined;
  for (const row of rows.queued.iterate()) {
    if (underWay.has(row.key)) continue;
    const at = Math.max(row.not_before, row.kind === "edit" ? earliestEdit(rows, row) : 0);
    if (at > now && (earliest === undefined || at < earliest)) earliest = at;
  }
  return earliest;
}
