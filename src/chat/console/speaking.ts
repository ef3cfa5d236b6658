import type { Clock } from "../../core/clock.ts";
import type { MatrixId } from "../../core/terms.ts";
import type { Db } from "../../db/index.ts";
import { render } from "../render.ts";
import type { Claimed, OutboxQueue } from "../outbox.ts";
import type { Room } from "../transport.ts";
import type { Board } from "./board.ts";
import type { ConsoleMemory } from "./memory.ts";
import type { Printer } from "./print.ts";

interface Parts {
  db: Db;
  clock: Clock;
  outbox: OutboxQueue;
  memory: ConsoleMemory;
  board: Board;
  print: Printer;
  self: MatrixId;
  /** Prints whole lines. */
  write: (lines: string) => void;
}

export interface Speaking {
  start(): void;
  /** Says what waits, edits at once, and then nothing more. */
  stop(): void;
}

/** Empties the outbox into the terminal, in order, each message once. */
export function openSpeaking(parts: Parts): Speaking {
  const { clock, outbox } = parts;
  let state: "before" | "open" | "over" = "before";
  let scheduled = false;
  let cancelAlarm = (): void => undefined;

  const drain = (until: number): void => {
    for (;;) {
      const claimed = outbox.claimNext(until);
      if (claimed === undefined) return;
      deliver(parts, claimed);
    }
  };
  const schedule = (): void => {
    if (scheduled || state !== "open") return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (state !== "open") return;
      drain(clock.now());
      cancelAlarm();
      const at = outbox.nextAt(clock.now());
      if (at !== undefined) cancelAlarm = clock.at(at, schedule);
    });
  };
  const release = outbox.onReady(schedule);
  return {
    start() {
      state = "open";
      schedule();
    },
    stop() {
      if (state === "open") drain(Number.MAX_SAFE_INTEGER);
      state = "over";
      release();
      cancelAlarm();
    },
  };
}

function deliver({ db, outbox, memory, board, print, self, write }: Parts, claimed: Claimed): void {
  const { out, target } = claimed;
  const room = roomId(out.room);
  const eventId = db.tx(() => {
    const id = memory.nextEventId();
    outbox.sent(claimed.key, id, room);
    return id;
  });
  const about = target === undefined ? undefined : board.byEvent(target);
  switch (out.kind) {
    case "message": {
      const { message, replyTo } = out;
      const answered = replyTo === undefined ? undefined : board.byEvent(replyTo)?.number;
      const shown = board.add({
        ...{ eventId, room, sender: self, text: render(message).body, rings: message.mentions ?? [] },
        isQuestion: out.key.endsWith("/question"),
        ...(answered !== undefined && { replyTo: answered }),
        ...(message.attachment && { attachment: message.attachment }),
      });
      write(print.message(shown));
      return;
    }
    case "edit": {
      const edited = target === undefined ? undefined : board.edit(target, out.message);
      if (edited !== undefined && edited.news.length > 0) write(print.edit(edited.shown, edited.news));
      return;
    }
    case "reaction":
      write(print.reaction(self, out.symbol, about));
      return;
    case "redaction":
      // Its own seeds go quietly: the edit beside it says why.
      return;
  }
}

/** A room of two is named after whose it is. */
export function roomId(room: Room): string {
  return typeof room === "string" ? room : `direct:${room.direct}`;
}
