import type { Clock } from "../../core/clock.ts";
import { consoleWaitedInVain } from "../../core/problems/console.ts";
import type { MatrixId } from "../../core/terms.ts";
import type { Db } from "../../db/index.ts";
import type { OutboxQueue } from "../outbox.ts";
import type { Inbox, Transport, Trust } from "../transport.ts";
import { openBoard, type Board, type Shown } from "./board.ts";
import type { Look } from "./look.ts";
import { openMemory, type ConsoleMemory } from "./memory.ts";
import { printer, type Printer } from "./print.ts";
import { openSpeaking, roomId } from "./speaking.ts";

export interface ConsoleParts {
  db: Db;
  clock: Clock;
  inbox: Inbox;
  outbox: OutboxQueue;
  /** The bot's own id, such as `@tandem:demo`. */
  self: MatrixId;
  /** Rooms of several; the first is where lines go that name none. */
  rooms: readonly [string, ...string[]];
  /** Takes whole lines, each with its line end. */
  write: (text: string) => void;
  look?: Look;
}

export interface SayOptions {
  room?: string;
  /** Said to the bot alone. */
  direct?: boolean;
  /** Default `verified`: whoever sits at the terminal of the machine needs no other proof. */
  trust?: Trust;
}

/** Rooms in a terminal. Everything goes through the same inbox and outbox as in Matrix. */
export interface ConsoleTransport extends Transport {
  readonly rooms: readonly [string, ...string[]];
  readonly board: Board;
  readonly print: Printer;
  /** Writes whole lines beside the rooms. */
  write(lines: string): void;
  /** Somebody says something. Answers the event id. */
  say(person: MatrixId, text: string, options?: SayOptions): string;
  /** Somebody reacts to a message, by its event id. Answers the reaction's event id. */
  react(person: MatrixId, target: string, symbol: string): string;
  /** Takes back the person's newest reaction (on `target`, if named); undefined when there is none. */
  unreact(person: MatrixId, target?: string): string | undefined;
  /**
   * The newest message of the bot whose text matches, at once or as soon as it is said or edited so. `after`: only
   * messages with a greater number. Throws `console-waited-in-vain` after `timeoutMs` (default 10 s).
   */
  seen(text: RegExp, options?: { after?: number; timeoutMs?: number }): Promise<Shown>;
}

/** Opens the rooms; nothing is printed before `start`. */
export function openConsole(parts: ConsoleParts): ConsoleTransport {
  const { db, outbox, self, rooms, look = { colours: false } } = parts;
  const memory = openMemory(db);
  const board = openBoard();
  const watchers = new Set<() => void>();
  const print = printer(
    look,
    self,
    () => new Set([...rooms, ...board.all().map((one) => one.room)]).size > 1,
  );
  const write = (lines: string): void => {
    parts.write(`${lines}\n`);
    for (const watcher of watchers) watcher();
  };
  const speaking = openSpeaking({ ...parts, memory, board, print, write });
  let connected = false;

  return {
    ...{ self, rooms, board, print, write },
    ...hearing({ ...parts, memory, board, print, write }),
    start: () => {
      connected = true;
      speaking.start();
      return Promise.resolve();
    },
    stop: () => {
      connected = false;
      speaking.stop();
      return Promise.resolve();
    },
    health: () => ({
      connected,
      lastSyncAt: connected ? parts.clock.now() : null,
      outboxDepth: outbox.depth(),
      details: "a room in this terminal",
    }),
    reactionsOn: (room, eventId) =>
      Promise.resolve(
        memory
          .reactions()
          .filter((one) => one.target === eventId && one.room === room)
          .map(({ eventId, sender, symbol, at }) => ({ eventId, sender, symbol, at })),
      ),
    // Nobody can send a file into a terminal.
    fileOf: () => Promise.resolve(undefined),
    seen: (text, { after = 0, timeoutMs = 10_000 } = {}) =>
      watch(parts.clock, watchers, timeoutMs, text, () =>
        board.all().findLast((one) => one.sender === self && one.number > after && text.test(one.text)),
      ),
  };
}

interface Hearing extends ConsoleParts {
  memory: ConsoleMemory;
  board: Board;
  print: Printer;
}

function hearing({ db, clock, inbox, rooms, memory, board, print, write }: Hearing) {
  const say: ConsoleTransport["say"] = (person, text, options = {}) => {
    const { direct = false, trust = "verified" } = options;
    const room = direct ? roomId({ direct: person }) : (options.room ?? rooms[0]);
    const eventId = db.tx(() => {
      const id = memory.nextEventId();
      const event = { eventId: id, room, sender: person, at: clock.now() };
      inbox.keep({ ...event, kind: "message", text, mentioned: false, direct, trust });
      return id;
    });
    write(print.message(board.add({ eventId, room, sender: person, text, rings: [], isQuestion: false })));
    return eventId;
  };
  const react: ConsoleTransport["react"] = (sender, target, symbol) => {
    const about = board.byEvent(target);
    const room = about?.room ?? rooms[0];
    const eventId = db.tx(() => {
      const event = { eventId: memory.nextEventId(), room, sender, at: clock.now(), target, symbol };
      memory.keepReaction(event);
      inbox.keep({ ...event, kind: "reaction" });
      return event.eventId;
    });
    write(print.reaction(sender, symbol, about));
    return eventId;
  };
  const unreact: ConsoleTransport["unreact"] = (sender, target) => {
    const mine = memory.reactions().filter((one) => one.sender === sender);
    const newest = mine.findLast((one) => target === undefined || one.target === target);
    if (newest === undefined) return undefined;
    db.tx(() => {
      memory.dropReaction(newest.eventId);
      const event = { eventId: memory.nextEventId(), room: newest.room, sender, at: clock.now() };
      inbox.keep({ ...event, kind: "redaction", redacts: newest.eventId });
    });
    write(print.takenBack(sender, newest.symbol));
    return newest.eventId;
  };
  return { say, react, unreact };
}

function watch(
  clock: Clock,
  watchers: Set<() => void>,
  timeoutMs: number,
  text: RegExp,
  find: () => Shown | undefined,
): Promise<Shown> {
  const there = find();
  if (there !== undefined) return Promise.resolve(there);
  return new Promise((resolve, reject) => {
    const end = clock.after(timeoutMs, () => {
      watchers.delete(look);
      reject(consoleWaitedInVain({ text: String(text), seconds: Math.round(timeoutMs / 1000) }));
    });
    const look = (): void => {
      const found = find();
      if (found === undefined) return;
      watchers.delete(look);
      end();
      resolve(found);
    };
    watchers.add(look);
  });
}
