import { againWhenItFails, type Clock } from "../../core/clock.ts";
import { MatrixId } from "../../core/terms.ts";
import type { DurableInbox, Unreadable } from "../inbox.ts";
import type { RawEvent } from "./raw-event.ts";
import { keepOpened, takeEvent, type TakeInParts } from "./take-in.ts";

/** A room key usually comes within a second of its message; after this long people are told, ms. */
const graceMs = 30_000;
/** After a failure of the homeserver everything that waits is tried once more this much later, ms. */
const againMs = 5_000;
/** A key that has not come in a week does not come: 7 days, ms. */
const hopelessMs = 7 * 24 * 60 * 60 * 1000;

export interface SecondAttempts {
  /** A room key came: what waited for it is read. */
  keyCame(room: string, session: string): void;
  /** Sets the clock for telling people about what waits. */
  watch(): void;
  /** Tries everything once more; at start, and when the homeserver is back. */
  look(): void;
  stop(): void;
}

type Parts = Pick<TakeInParts, "self" | "db" | "crypto" | "rooms" | "log"> & {
  inbox: DurableInbox;
  clock: Clock;
};

/**
 * Second attempts at events that could not be decrypted, and one notice per room and session that stays
 * unreadable.
 */
export function openSecondAttempts(parts: Parts): SecondAttempts {
  const { inbox, clock, log } = parts;
  const timers = new Map<string, () => void>();
  let working = Promise.resolve();
  /** Of the next try at everything. */
  let cancelAgain = (): void => undefined;
  let stopped = false;

  /** One after the other. What fails is tried again: its key has come, so nothing else would bring it up. */
  const attempt = (waiting: () => Unreadable[]): void => {
    working = working
      .then(async () => {
        for (const one of waiting()) await attemptAt(parts, one).catch(later);
      })
      .catch(later);
  };
  const later = (thrown: unknown): void => {
    log.warn({ err: thrown }, "what could not be read is tried again later");
    cancelAgain();
    if (!stopped) cancelAgain = clock.after(againMs, () => attempt(all));
  };
  const all = (): Unreadable[] => inbox.unreadable();

  const watch = (): void => {
    for (const one of inbox.unreadable()) {
      const name = noticeId(one);
      if (timers.has(name)) continue;
      const told = notice(one);
      if (told === undefined) continue;
      const tell = againWhenItFails(
        clock,
        () => {
          if (inbox.unreadable(one.room, one.session).length > 0) inbox.keep(told, name);
        },
        (thrown) => log.warn({ err: thrown }, "that a message cannot be read is told later"),
        (takeBack) => timers.set(name, takeBack),
      );
      timers.set(name, clock.at(one.arrivedAt + graceMs, tell));
    }
  };

  return {
    keyCame: (room, session) => attempt(() => inbox.unreadable(room, session)),
    watch,
    look() {
      for (const one of inbox.unreadable())
        if (one.arrivedAt + hopelessMs < clock.now()) inbox.nowReadable(one.eventId, undefined);
      watch();
      attempt(all);
    },
    stop() {
      stopped = true;
      cancelAgain();
      for (const cancel of timers.values()) cancel();
    },
  };
}

/** One per room and session: the second event of a session says nothing new. */
function noticeId({ room, session }: Unreadable): string {
  return `undecryptable ${room} ${session}`;
}

/** Undefined where it names nobody who could be told. */
function notice({ eventId, room, raw }: Unreadable): Parameters<DurableInbox["keep"]>[0] | undefined {
  const { sender, origin_server_ts: at } = raw as RawEvent;
  const from = MatrixId.safeParse(sender);
  return from.success ? { kind: "undecryptable", eventId, room, sender: from.data, at } : undefined;
}

async function attemptAt(parts: Parts, { room, eventId, raw }: Unreadable): Promise<void> {
  const taken = await takeEvent(parts, room, raw as RawEvent);
  if (taken?.kind === "unreadable") return;
  if (taken?.kind === "opened") parts.db.tx(() => keepOpened(parts, taken));
  else parts.inbox.nowReadable(eventId, undefined);
}
