import { isoOf, type Clock } from "../../core/clock.ts";
import { roomNotTold, roomReplaced } from "../../core/problems/chat.ts";
import type { Db } from "../../db/index.ts";
import type { MatrixId } from "../../core/terms.ts";
import type { DurableInbox, SealedPlace } from "../inbox.ts";
import type { OutboxQueue } from "../outbox.ts";
import type { Incoming, TellOperators, Trust } from "../transport.ts";
import type { Api } from "./api.ts";
import type { Crypto, DeviceChanges } from "./crypto/index.ts";
import { failureOf } from "./failure.ts";
import { fillGap } from "./gap.ts";
import { incomingOf } from "./incoming.ts";
import type { Invites } from "./invites.ts";
import type { ChatLog } from "./log.ts";
import { longestWaitMs, type Patience } from "./patience.ts";
import { asRawEvent, type RawEvent } from "./raw-event.ts";
import type { Rooms } from "./rooms.ts";
import type { ChatState } from "./state.ts";
import { joinedIn, sinceInvited } from "./timeline.ts";

/** What `/sync` answers, as far as it is read. */
export interface SyncAnswer extends DeviceChanges {
  next_batch: string;
  rooms?: {
    join?: Record<string, JoinedRoom>;
    invite?: Record<string, { invite_state?: { events?: unknown[] } }>;
    leave?: Record<string, unknown>;
  };
}
interface JoinedRoom {
  state?: { events?: unknown[] };
  timeline?: { events?: unknown[]; limited?: boolean; prev_batch?: string };
}

export interface TakeInParts {
  self: MatrixId;
  db: Db;
  api: Api;
  inbox: DurableInbox;
  outbox: OutboxQueue;
  crypto: Crypto;
  rooms: Rooms;
  invites: Invites;
  state: ChatState;
  patience: Patience;
  clock: Clock;
  log: ChatLog;
  tell?: TellOperators | undefined;
}

/** What one event came to. */
export type TakenEvent =
  | { kind: "said"; incoming: Incoming }
  /** It came encrypted. Without `incoming` it says nothing to the bot. */
  | { kind: "opened"; incoming: Incoming | undefined; eventId: string; place: SealedPlace }
  | { kind: "unreadable"; room: string; event: RawEvent; session: string }
  | { kind: "echo"; room: string; event: RawEvent; transactionId: string }
  | { kind: "closed"; room: string; event: RawEvent };

/** What people say in encrypted rooms comes as one of these. */
const sealedTypes = new Set(["m.room.message", "m.reaction"]);

export const syncTokenKey = "matrix/sync-token";

/**
 * Takes in one sync answer: keys first, then every room's state and events. What was heard is written in one
 * transaction with the new token, so nothing is lost and nothing is heard twice. Rejects when something had to be
 * asked and could not be; the token has then not moved, and the same answer comes again. Answers how many events
 * wait for their key.
 */
export async function takeIn(
  parts: TakeInParts,
  answer: SyncAnswer,
  since: string | undefined,
): Promise<{ unreadable: number }> {
  const { db, crypto, rooms, invites, state } = parts;
  await closeForClearText(parts, answer);
  await crypto.receive(answer);
  const taken: TakenEvent[] = [];
  for (const [room, joined] of Object.entries(answer.rooms?.join ?? {}))
    taken.push(...(await patiently(parts, room, (able) => takeRoom(able, room, joined, since))));
  for (const room of Object.keys(answer.rooms?.leave ?? {})) rooms.forget(room);

  db.tx(() => {
    for (const one of taken) keep(parts, one);
    for (const [room, { invite_state: invited }] of Object.entries(answer.rooms?.invite ?? {}))
      invites.note(room, (invited?.events ?? []).filter(isObject));
    state.set(syncTokenKey, answer.next_batch);
  });
  return { unreadable: taken.filter((one) => one.kind === "unreadable").length };
}

/** Before anything that may fail: while the rest of the answer is tried again, messages go on leaving. */
async function closeForClearText(parts: TakeInParts, answer: SyncAnswer): Promise<void> {
  for (const [room, { state, timeline }] of Object.entries(answer.rooms?.join ?? {})) {
    const events = [...(state?.events ?? []), ...(timeline?.events ?? [])].map(asRawEvent);
    await noteEncryption(
      parts,
      room,
      events.filter((event) => event !== undefined),
    );
  }
}

async function noteEncryption({ crypto }: TakeInParts, room: string, events: RawEvent[]): Promise<void> {
  for (const { type, state_key: key, content } of events)
    if (type === "m.room.encryption" && key === "") await crypto.rooms.note(room, content);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function keep(parts: TakeInParts, taken: TakenEvent): void {
  const { inbox, outbox, invites, tell } = parts;
  switch (taken.kind) {
    case "said":
      inbox.keep(taken.incoming);
      return;
    case "opened":
      keepOpened(parts, taken);
      return;
    case "unreadable":
      inbox.keepUnreadable({
        eventId: taken.event.event_id,
        room: taken.room,
        session: taken.session,
        raw: taken.event,
      });
      return;
    case "echo": {
      // The homeserver has it, whatever became of the answer to our request.
      const key = outbox.keyOfTransaction(taken.transactionId);
      if (key !== undefined) outbox.echoed(key, taken.event.event_id, taken.room);
      return;
    }
    case "closed": {
      const { room, event } = taken;
      const named = event.content["replacement_room"];
      const replacement = typeof named === "string" ? named : null;
      if (replacement !== null) invites.follow(replacement, event.sender);
      tell?.(room, `${event.event_id}/closed`, roomReplaced({ room, replacement }));
    }
  }
}

/**
 * Keeps what came encrypted, or drops it when the same message was shown before: id and time of an event are the
 * homeserver's word and no part of what its sender encrypted, so that it could have old words carried out again. To be
 * called in a transaction.
 */
export function keepOpened(
  { inbox, log }: Pick<TakeInParts, "inbox" | "log">,
  { incoming, eventId, place }: Extract<TakenEvent, { kind: "opened" }>,
): void {
  const first = inbox.shownBefore(place, eventId);
  if (first !== undefined && first !== eventId)
    log.warn({ ...place, event: eventId, first }, "an encrypted message is shown again as another event");
  const heard = first === undefined ? incoming : undefined;
  // One that is known may be waiting for its key.
  if (heard === undefined || !inbox.keep(heard)) inbox.nowReadable(eventId, heard);
}

async function takeRoom(
  parts: TakeInParts,
  room: string,
  joined: JoinedRoom,
  since: string | undefined,
): Promise<TakenEvent[]> {
  const { api, self } = parts;
  const stateEvents = (joined.state?.events ?? []).map(asRawEvent).filter((event) => event !== undefined);
  const timeline = (joined.timeline?.events ?? []).map(asRawEvent).filter((event) => event !== undefined);
  const isNew = joinedIn([...stateEvents, ...timeline], self);
  const prevBatch = joined.timeline?.prev_batch;
  const hasGap =
    since !== undefined && !isNew && joined.timeline?.limited === true && prevBatch !== undefined;
  const missed = hasGap ? await unlessRefused(parts, fillGap(api, room, since, prevBatch), []) : [];
  await noteEncryption(parts, room, missed);
  const events = [...stateEvents, ...missed, ...timeline];
  for (const event of events) applyState(parts, room, event);
  // The first sync ever only shows where to begin; what was said before is nobody's command.
  if (since === undefined) return [];
  await watchNewcomers(parts, room, events);
  const taken: TakenEvent[] = events
    .filter((event) => event.type === "m.room.tombstone" && event.state_key === "")
    .map((event) => ({ kind: "closed", room, event }));
  for (const event of sinceInvited([...missed, ...timeline], self)) {
    const one = await takeEvent(parts, room, event);
    if (one !== undefined) taken.push(one);
  }
  return taken;
}

function applyState(parts: TakeInParts, room: string, event: RawEvent): void {
  const { rooms, log } = parts;
  if (event.state_key === undefined) return;
  rooms.apply(room, event);
  if (event.type === "m.room.tombstone" && event.state_key === "") {
    const { replacement_room: replacement } = event.content;
    log.warn({ room, replacement }, "the room was closed in favour of another one");
  }
}

/**
 * Devices of people who came in are learned now, so that their first words can be trusted. What fails here is made
 * up for when the first of them is read or answered.
 */
async function watchNewcomers({ crypto, log }: TakeInParts, room: string, events: RawEvent[]): Promise<void> {
  const present = (membership: unknown): boolean => membership === "join" || membership === "invite";
  const newcomers = events
    .filter((event) => event.type === "m.room.member" && present(event.content["membership"]))
    .map((event) => event.state_key)
    .filter((user) => user !== undefined);
  if (newcomers.length === 0) return;
  try {
    if (await crypto.rooms.isEncrypted(room)) await crypto.watch(newcomers);
  } catch (thrown) {
    log.warn({ room, reason: failureOf(thrown).words }, "newcomers' devices could not be asked for");
  }
}

/**
 * Takes in what one room has to say. A room that keeps failing where others answer holds them up for a while only: then
 * it is gone on without what cannot be had of it, and the operators are told.
 */
async function patiently(
  parts: TakeInParts,
  room: string,
  take: (parts: TakeInParts) => Promise<TakenEvent[]>,
): Promise<TakenEvent[]> {
  const { patience } = parts;
  const losses: string[] = [];
  const given = patience.isOver(room) ? withoutRoom(parts, room, (reason) => losses.push(reason)) : parts;
  try {
    const taken = await take(given);
    if (losses.length === 0) patience.answered(room);
    return taken;
  } catch (thrown) {
    if (failureOf(thrown).kind === "passing") patience.failed(room);
    throw thrown;
  }
}

/**
 * The same, but what a failing room cannot be asked has an answer with which nothing is done that should not be: it has
 * said nothing meanwhile, is not a room of two, and is encrypted.
 */
function withoutRoom(parts: TakeInParts, room: string, onLoss: (reason: string) => void): TakeInParts {
  const { api, crypto, rooms, clock, log, tell } = parts;
  const orElse = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work;
    } catch (thrown) {
      const { kind, words: reason } = failureOf(thrown);
      if (kind !== "passing") throw thrown;
      onLoss(reason);
      log.error({ room, reason }, "a room keeps failing; the others wait no longer for it");
      const day = isoOf(clock.now()).slice(0, 10);
      tell?.(room, `not-told/${room}/${day}`, roomNotTold({ room, minutes: longestWaitMs / 60_000, reason }));
      return otherwise;
    }
  };
  return {
    ...parts,
    api: { ...api, call: (...asked) => orElse(api.call(...asked), {} as never) },
    rooms: { ...rooms, isDirect: (one) => orElse(rooms.isDirect(one), false) },
    crypto: {
      ...crypto,
      rooms: { ...crypto.rooms, isEncrypted: (one) => orElse(crypto.rooms.isEncrypted(one), true) },
    },
  };
}

/** A refusal would come again with every try (the bot was removed meanwhile): it must not hold up other rooms. */
async function unlessRefused<T>({ log }: TakeInParts, work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (failure.kind !== "refused") throw thrown;
    log.warn({ reason: failure.words }, "a room could not be asked");
    return otherwise;
  }
}

/** Decrypts where needed and sorts. Shared with the second attempts at what could not be read. */
export async function takeEvent(
  { self, crypto, rooms, log }: Pick<TakeInParts, "self" | "crypto" | "rooms" | "log">,
  room: string,
  event: RawEvent,
): Promise<TakenEvent | undefined> {
  if (event.sender === self) {
    const transactionId = event.unsigned?.transaction_id;
    return transactionId === undefined ? undefined : { kind: "echo", room, event, transactionId };
  }
  const sayingOf = async (clear: RawEvent, trust: Trust): Promise<Incoming | undefined> => {
    const direct = clear.type === "m.room.message" && (await rooms.isDirect(room));
    return incomingOf(clear, { self, room, trust, direct });
  };
  if (event.type === "m.room.encrypted") {
    const decrypted = await crypto.decrypt(room, event);
    const { event_id: eventId, sender } = event;
    const session = event.content["session_id"];
    if (!decrypted.readable) {
      log.warn({ room, event: eventId, reason: decrypted.reason }, "an event cannot be read");
      if (!decrypted.keyMayCome || typeof session !== "string") return undefined;
      return { kind: "unreadable", room, event, session };
    }
    const { event: clear, trust, index } = decrypted;
    // Whether a redaction is allowed is for the homeserver to check, which it cannot inside of ciphertext.
    const incoming = sealedTypes.has(clear.type) ? await sayingOf(clear, trust) : undefined;
    return { kind: "opened", incoming, eventId, place: { room, session: String(session), sender, index } };
  }
  const incoming = await sayingOf(event, "clear");
  if (incoming?.kind !== "message" || !(await needsSeal(crypto, room)))
    return incoming && { kind: "said", incoming };
  log.warn(
    { room, event: event.event_id, sender: event.sender },
    "clear text in an encrypted room is not heeded",
  );
  return { kind: "said", incoming: unheeded(incoming) };
}

/**
 * Whether words have to come encrypted there, also those that were said before the room was encrypted: nobody but
 * the homeserver could tell them apart from words that it has made up.
 */
async function needsSeal({ rooms }: Crypto, room: string): Promise<boolean> {
  try {
    return await rooms.isEncrypted(room);
  } catch (thrown) {
    // The bot was removed meanwhile: nothing said there is heeded any more.
    if (failureOf(thrown).kind === "refused") return true;
    throw thrown;
  }
}

type Said = Extract<Incoming, { kind: "message" }>;

/** What is left of a message that must not be carried out: enough to see whether the bot was meant. */
function unheeded({ eventId, room, sender, at, text, html, mentioned, direct }: Said): Incoming {
  const heard = { eventId, room, sender, at };
  return { ...heard, kind: "unencrypted", text, mentioned, direct, ...(html !== undefined && { html }) };
}
