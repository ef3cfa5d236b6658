import { isoOf, type Clock } from "../../core/clock.ts";
import { messageRefused } from "../../core/problems/chat.ts";
import type { Claimed, OutboxQueue } from "../outbox.ts";
import type { Room, TellOperators } from "../transport.ts";
import { failureOf } from "./failure.ts";
import type { ChatLog } from "./log.ts";
import { isOutdated, isRepeatable, makeWire, sendWire, type Wire, type WireParts } from "./wire.ts";

/** Rooms are sent to side by side, but not more than this many at once. */
const mostAtOnce = 8;
const firstWaitMs = 500;
const longestWaitMs = 60_000;

export interface Sender {
  /** The homeserver is in reach (or no longer): what waits may leave. */
  setOnline(online: boolean): void;
  /** Takes nothing new, lets what is under way finish; before that, drains for up to `patienceMs`. */
  stop(patienceMs: number): Promise<void>;
}

interface Parts extends WireParts {
  outbox: OutboxQueue;
  clock: Clock;
  log: ChatLog;
  tell?: TellOperators | undefined;
  /** The token is dead. */
  onDeadToken: (thrown: unknown) => void;
}

/** Empties the outbox into the homeserver: in order per room, each message once, trying until it is in or refused. */
export function openSender(parts: Parts): Sender {
  const { outbox, clock, log } = parts;
  const underWay = new Set<Promise<void>>();
  let online = false;
  let stopped = false;
  let scheduled = false;
  let cancelAlarm: () => void = () => undefined;

  /** The next one; none while the database cannot say which: it is asked again a minute later. */
  const claim = (): Claimed | undefined => {
    try {
      return outbox.claimNext(clock.now());
    } catch (thrown) {
      log.error({ err: thrown }, "the outbox could not be read or written");
      clock.after(longestWaitMs, schedule);
      return undefined;
    }
  };
  const drain = (): void => {
    scheduled = false;
    if (stopped) return;
    while (online && underWay.size < mostAtOnce) {
      const claimed = claim();
      if (claimed === undefined) break;
      const work = send(parts, claimed).finally(() => {
        underWay.delete(work);
        schedule();
      });
      underWay.add(work);
    }
    cancelAlarm();
    const at = outbox.nextAt(clock.now());
    if (at !== undefined) cancelAlarm = clock.at(at, schedule);
  };
  const schedule = (): void => {
    if (scheduled || stopped) return;
    scheduled = true;
    setImmediate(drain);
  };
  const release = outbox.onReady(schedule);

  return {
    setOnline(now) {
      online = now;
      if (now) schedule();
    },
    async stop(patienceMs) {
      const until = clock.now() + patienceMs;
      while (online && outbox.depth() > 0 && clock.now() < until) {
        const soon = new Promise<void>((resolve) => clock.after(50, resolve));
        await Promise.race([soon, ...underWay]);
        if (underWay.size === 0) await soon;
      }
      stopped = true;
      release();
      cancelAlarm();
      await Promise.all(underWay);
    },
  };
}

/** Never rejects: what fails is written to the outbox, which tries again or gives up. */
async function send(parts: Parts, claimed: Claimed): Promise<void> {
  const { api, clock, crypto, outbox, log } = parts;
  try {
    let wire = claimed.wire as Wire | undefined;
    if (wire === undefined || (await isOutdated(wire, crypto))) {
      wire = await makeWire(parts, claimed);
      if (!isRepeatable(wire)) await outbox.storeWire(claimed.key, wire);
    }
    outbox.sent(claimed.key, await sendWire(api, wire), wire.room);
  } catch (thrown) {
    try {
      settleFailure(parts, claimed, thrown);
    } catch (unwritable) {
      // The database takes nothing at the moment; later the message is tried again as if nothing had been.
      log.error({ err: unwritable, key: claimed.key }, "the outbox could not be written");
      clock.after(firstWaitMs, () => outbox.release(claimed.key));
    }
  }
}

function settleFailure(parts: Parts, claimed: Claimed, thrown: unknown): void {
  const { outbox, clock, log, onDeadToken } = parts;
  const failure = failureOf(thrown);
  if (failure.kind === "refused") {
    log.warn({ key: claimed.key, reason: failure.words }, "a message was refused");
    if (claimed.out.kind === "message") tellRefused(parts, claimed.out.room, failure.words);
    outbox.refused(claimed.key, failure.words);
    return;
  }
  const growing = Math.min(firstWaitMs * 2 ** claimed.attempts, longestWaitMs);
  log.warn(
    { key: claimed.key, reason: failure.words, attempts: claimed.attempts + 1 },
    "a message has to wait",
  );
  outbox.retryLater(claimed.key, clock.now() + (failure.retryAfterMs ?? growing), failure.words);
  if (failure.kind === "token") onDeadToken(thrown);
}

function tellRefused({ clock, tell }: Parts, room: Room, reason: string): void {
  const where = typeof room === "string" ? room : `the room with ${room.direct}`;
  tell?.(
    room,
    `refused/${where}/${isoOf(clock.now()).slice(0, 10)}`,
    messageRefused({ room: where, reason }),
  );
}
