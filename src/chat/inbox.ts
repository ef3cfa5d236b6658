import type { Clock } from "../core/clock.ts";
import { isoOf } from "../core/clock.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { batchRows, type Db } from "../db/index.ts";
import type { Inbox, Incoming, Listener } from "./transport.ts";

/**
 * How often handling one event is tried before it is set aside, and the waits between: 0.25 s doubled, 32 s in
 * all.
 */
const mostAttempts = 8;
const firstWaitMs = 250;
const longestWaitMs = 32_000;
/** Handled at the beginning of this many starts and still not done, an event is what ends the process: set aside. */
const mostStarts = 3;
/** Which event a start took up first, and at how many starts in a row: in `chat_state`. */
const inHandKey = "inbox/in-hand";

/** An event that could not be read yet: what must be kept to try again when its room key comes. */
export interface Unreadable {
  eventId: string;
  room: string;
  session: string;
  /** The encrypted event as the server sent it. */
  raw: unknown;
  arrivedAt: number;
}

/** Where an encrypted message stands: the same however often, as whatever event and at whatever time it is shown. */
export interface SealedPlace {
  room: string;
  session: string;
  sender: string;
  /** Which message of the session it is. */
  index: number;
}

export interface PumpOptions {
  /**
   * Told when an event is given up: after 8 attempts, at once when the listener threw a Problem, or when three starts
   * have ended while it was handled.
   */
  onSetAside?: (event: Incoming, reason: unknown) => void;
}

/** The inbox as transports and the main program see it. */
export interface DurableInbox extends Inbox {
  /**
   * `as` is the id by which it is known, where that is not the event's own: a notice about another event. A redaction
   * ends what it takes back where that waits for its key: it will never be heard.
   */
  keep(event: Incoming, as?: string): boolean;
  /**
   * Keeps an event that cannot be decrypted yet; false when it is known, or when too many of its sender wait in that
   * room already: anybody can make up sessions. Joins the open transaction.
   */
  keepUnreadable(event: Omit<Unreadable, "arrivedAt">): boolean;
  /** What waits for keys: of one session, or all. Oldest first. */
  unreadable(room?: string, session?: string): Unreadable[];
  /**
   * Notes that this event shows the message that stands there. Answers the event that showed it before, as long ago as
   * that may be; undefined: none did. Joins the open transaction.
   */
  shownBefore(place: SealedPlace, eventId: string): string | undefined;
  /**
   * An event that waited for its key became readable: it takes its old place in the order. `undefined` means that it
   * needs no answer. Nothing happens to one that does not wait.
   */
  nowReadable(eventId: string, event: Incoming | undefined): void;
  /**
   * Hands pending events to `listener`: oldest first, one at a time, each until it returns. What throws is tried
   * again with growing waits while the others wait; given up only as `onSetAside` says. Answers how to stop; the
   * promise resolves when the event under way is done.
   */
  pump(listener: Listener, options?: PumpOptions): () => Promise<void>;
  /** A readable event that was heard, as long as it is kept. */
  find(eventId: string): Incoming | undefined;
  /** How many events wait to be handled. */
  waiting(): number;
  /** Since when the oldest of them waits, ms since 1970. */
  waitingSince(): number | undefined;
  /** Events that were given up, newest first, for the operators. */
  setAside(limit?: number): { event: Incoming; fault: string; attempts: number }[];
  /**
   * Drops handled events, and those given up, that arrived before `beforeMs` (ms since 1970): some hundred at once;
   * answers how many. What a server may repeat must be kept: some weeks.
   */
  forget(beforeMs: number): number;
}

/** So many events of one sender in one room wait for their keys. */
const mostUnreadable = 50;

interface Row {
  seq: number;
  event: string;
  attempts: number;
}

/** The inbox in the `inbox` table: each event once by its id, handled in order, kept over restarts. */
export function openInbox({ db, clock }: { db: Db; clock: Clock }): DurableInbox {
  const wakers = new Set<() => void>();
  const wake = (): void => {
    for (const waker of wakers) waker();
  };
  const rows = statements(db);
  const now = (): string => isoOf(clock.now());

  return {
    keep(event, as = event.eventId) {
      const fresh = rows.keep.run(as, event.room, JSON.stringify(event), now()).changes > 0;
      if (fresh) db.afterCommit(wake);
      if (event.kind === "redaction") rows.end.run({ now: now(), eventId: event.redacts, room: event.room });
      return fresh;
    },
    keepUnreadable({ eventId, room, session, raw }) {
      const row = { eventId, room, event: JSON.stringify(raw), session, now: now(), most: mostUnreadable };
      return rows.keepUnreadable.run(row).changes > 0;
    },
    unreadable: (room, session) =>
      rows.unreadable.all({ room: room ?? null, session: session ?? null }).map((row) => ({
        eventId: row.event_id,
        room: row.room,
        session: row.session,
        raw: JSON.parse(row.event) as unknown,
        arrivedAt: Date.parse(row.arrived_at),
      })),
    shownBefore({ session, index, room, sender }, eventId) {
      if (rows.noteSealed.run(session, index, room, sender, eventId).changes > 0) return undefined;
      return rows.sealedEvent.get(session, index, room, sender)?.event_id;
    },
    nowReadable(eventId, event) {
      db.tx(() => {
        if (event === undefined) rows.end.run({ now: now(), eventId, room: null });
        else rows.readable.run(JSON.stringify(event), eventId);
        db.afterCommit(wake);
      });
    },
    pump: (listener, options = {}) => startPump({ db, clock, rows, wakers }, listener, options),
    find: (eventId) => {
      const text = rows.readableEvent.get(eventId)?.event;
      return text === undefined ? undefined : ((JSON.parse(text) as Incoming | null) ?? undefined);
    },
    waiting: () => rows.waiting.get()?.n ?? 0,
    waitingSince: () => {
      const since = rows.waitingSince.get();
      return since == null ? undefined : Date.parse(since);
    },
    setAside: (limit = 50) =>
      rows.aside.all(limit).map((row) => ({
        event: JSON.parse(row.event) as Incoming,
        fault: row.fault,
        attempts: row.attempts,
      })),
    forget: (beforeMs) => rows.forget.run(isoOf(beforeMs), batchRows).changes,
  };
}

type Statements = ReturnType<typeof statements>;

function statements({ sqlite }: Db) {
  return {
    keep: sqlite.prepare<[string, string, string, string]>(
      "insert or ignore into inbox (event_id, room, state, event, arrived_at) values (?, ?, 'pending', ?, ?)",
    ),
    ...sealedStatements(sqlite),
    readableEvent: sqlite.prepare<[string], { event: string }>(
      "select event from inbox where event_id = ? and state <> 'undecryptable'",
    ),
    next: sqlite.prepare<[], Row>(
      "select seq, event, attempts from inbox where state = 'pending' order by seq limit 1",
    ),
    done: sqlite.prepare<[string, number]>("update inbox set state = 'done', done_at = ? where seq = ?"),
    failed: sqlite.prepare<[string, number]>(
      "update inbox set attempts = attempts + 1, fault = ? where seq = ?",
    ),
    giveUp: sqlite.prepare<[string, string, number]>(
      "update inbox set state = 'aside', attempts = attempts + 1, fault = ?, done_at = ? where seq = ?",
    ),
    waiting: sqlite.prepare<[], { n: number }>("select count(*) as n from inbox where state = 'pending'"),
    waitingSince: sqlite
      .prepare<[], string | null>("select min(arrived_at) from inbox where state = 'pending'")
      .pluck(),
    aside: sqlite.prepare<[number], { event: string; fault: string; attempts: number }>(
      "select event, fault, attempts from inbox where state = 'aside' order by seq desc limit ?",
    ),
    inHand: sqlite.prepare<[string], string>("select value from chat_state where key = ?").pluck(),
    takeInHand: sqlite.prepare<[string, string]>(
      "insert or replace into chat_state (key, value) values (?, ?)",
    ),
    forget: sqlite.prepare<[string, number]>(
      "delete from inbox where seq in (select seq from inbox where state in ('done', 'aside')" +
        " and arrived_at < ? order by seq limit ?)",
    ),
  };
}

/** Of what came encrypted. */
function sealedStatements(sqlite: Db["sqlite"]) {
  return {
    keepUnreadable: sqlite.prepare<[Record<string, string | number>]>(
      "insert or ignore into inbox (event_id, room, state, event, session, arrived_at)" +
        " select @eventId, @room, 'undecryptable', @event, @session, @now" +
        " where (select count(*) from inbox where state = 'undecryptable' and room = @room" +
        " and event ->> 'sender' = @event ->> 'sender') < @most",
    ),
    unreadable: sqlite.prepare<
      [{ room: string | null; session: string | null }],
      { event_id: string; room: string; session: string; event: string; arrived_at: string }
    >(
      "select event_id, room, session, event, arrived_at from inbox where state = 'undecryptable'" +
        " and (@room is null or room = @room) and (@session is null or session = @session) order by seq",
    ),
    readable: sqlite.prepare<[string, string]>(
      "update inbox set state = 'pending', event = ? where event_id = ? and state = 'undecryptable'",
    ),
    end: sqlite.prepare<[{ now: string; eventId: string; room: string | null }]>(
      "update inbox set state = 'done', done_at = @now, event = 'null'" +
        " where event_id = @eventId and state = 'undecryptable' and (@room is null or room = @room)",
    ),
    noteSealed: sqlite.prepare<[string, number, string, string, string]>(
      "insert or ignore into sealed_message (session, message_index, room, sender, event_id) values (?, ?, ?, ?, ?)",
    ),
    sealedEvent: sqlite.prepare<[string, number, string, string], { event_id: string }>(
      "select event_id from sealed_message where session = ? and message_index = ? and room = ? and sender = ?",
    ),
  };
}

interface PumpParts {
  db: Db;
  clock: Clock;
  rows: Statements;
  wakers: Set<() => void>;
}

function startPump(parts: PumpParts, listener: Listener, options: PumpOptions): () => Promise<void> {
  const { clock, rows, wakers } = parts;
  let stopped = false;
  let ring = (): void => undefined;
  const waker = (): void => ring();
  wakers.add(waker);

  const pause = (untilMs?: number): Promise<void> =>
    new Promise((resolve) => {
      if (stopped) {
        resolve();
        return;
      }
      const cancel = untilMs === undefined ? undefined : clock.at(untilMs, resolve);
      ring = () => {
        // A new event does not shorten the wait before the next attempt at the first one.
        if (untilMs !== undefined && !stopped) return;
        cancel?.();
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    let isFirst = true;
    while (!stopped) {
      const row = rows.next.get();
      // Only what waits at the start may be what ended the process: one write per start, none per event.
      const mayGoOn = !isFirst || row === undefined ? "yes" : await takeInHand(parts, row, options);
      if (mayGoOn !== "later") isFirst = false;
      if (row === undefined) await pause();
      else if (mayGoOn === "later") await pause(clock.now() + longestWaitMs);
      else if (mayGoOn === "yes") {
        const waitMs = await handle(parts, row, listener, options);
        if (waitMs > 0) await pause(clock.now() + waitMs);
      }
    }
  };
  const ended = run();
  return async () => {
    stopped = true;
    ring();
    wakers.delete(waker);
    await ended;
  };
}

/**
 * Notes that the first event of a start is about to be handled, before it is: one that ends the process (or freezes it
 * until somebody ends it) throws nothing. Answers whether it may be handled: "no" when it was given up; "later" when it
 * has to be and the database takes nothing at the moment.
 */
async function takeInHand(parts: PumpParts, row: Row, options: PumpOptions): Promise<"yes" | "no" | "later"> {
  const { db, rows } = parts;
  const before = JSON.parse(rows.inHand.get(inHandKey) ?? "{}") as { seq?: number; starts?: number };
  const starts = before.seq === row.seq ? (before.starts ?? 0) + 1 : 1;
  const isTooMuch = starts > mostStarts;
  const why = new Error(`Tandem ended ${mostStarts} times while this was handled first after a start`);
  return db
    .write(() => {
      if (isTooMuch) giveUp(parts, row, why, options);
      else rows.takeInHand.run(inHandKey, JSON.stringify({ seq: row.seq, starts }));
    })
    .then(
      () => (isTooMuch ? "no" : "yes"),
      () => (isTooMuch ? "later" : "yes"),
    );
}

/** That it is given up is told in the same breath: who waits for an answer hears of it. */
function giveUp({ clock, rows }: PumpParts, row: Row, thrown: unknown, { onSetAside }: PumpOptions): void {
  rows.giveUp.run(messageOf(thrown), isoOf(clock.now()), row.seq);
  onSetAside?.(JSON.parse(row.event) as Incoming, thrown);
}

/** One attempt at one event. Answers how long to wait before the next one, ms; 0 when the event is out of the way. */
async function handle(parts: PumpParts, row: Row, listener: Listener, options: PumpOptions): Promise<number> {
  const { db, clock, rows } = parts;
  try {
    await listener(JSON.parse(row.event) as Incoming);
    await db.write(() => rows.done.run(isoOf(clock.now()), row.seq));
    return 0;
  } catch (thrown) {
    const final = thrown instanceof Problem || row.attempts + 1 >= mostAttempts;
    const recorded = await db
      .write(() =>
        final ? giveUp(parts, row, thrown, options) : rows.failed.run(messageOf(thrown), row.seq),
      )
      .then(
        () => true,
        // The database takes nothing at the moment: the event stays first in line and is tried again.
        () => false,
      );
    if (final && recorded) return 0;
    return firstWaitMs * 2 ** Math.min(row.attempts, mostAttempts);
  }
}
