import type { Logger } from "pino";
import type { Apps } from "../apps/index.ts";
import { sayFollowed } from "../chat/message.ts";
import type { Outbox } from "../chat/transport.ts";
import type { Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import type { Follow } from "../router/define.ts";

/** How long a message is kept fresh, and how often it is looked whether there is more. */
const followMs = 60_000;
const lookEveryMs = 4000;
/** At once, over all rooms: whoever comes later sees the lines that were there when they asked. */
const mostFollowed = 10;

interface Parts {
  apps: Pick<Apps, "logs">;
  outbox: Outbox;
  clock: Clock;
  options: { log: Pick<Logger, "warn"> };
}

export interface LogFollow {
  /** Keeps the message fresh that was posted under this key. */
  begin(key: string, room: string, about: Follow): void;
  stop(): void;
}

/**
 * Follows what apps write for a minute by editing one message, which rings nobody. It is kept in memory alone: after
 * a restart the message stays as it was, and says itself that it lasted a minute.
 */
export function openLogFollow({ apps, outbox, clock, options }: Parts): LogFollow {
  const ends = new Map<string, () => void>();
  const look = async (
    key: string,
    room: string,
    about: Follow,
    turn: number,
    shown: string,
  ): Promise<void> => {
    const isOver = turn * lookEveryMs >= followMs;
    let lines = shown;
    try {
      lines = (await apps.logs(about.app, about)).join("\n");
    } catch (thrown) {
      if (!(thrown instanceof Problem)) options.log.warn({ err: thrown, key }, "a log could not be followed");
    }
    if (!ends.has(key)) return;
    if (lines !== shown || isOver) {
      const message = sayFollowed(about, lines === "" ? [] : lines.split("\n"), isOver);
      outbox.post({ kind: "edit", key: `${key}/follow-${turn}`, room, target: `key:${key}`, message });
    }
    if (isOver) ends.delete(key);
    else wait(key, room, about, turn + 1, lines);
  };
  const wait = (key: string, room: string, about: Follow, turn: number, shown: string): void => {
    const cancel = clock.after(lookEveryMs, () => {
      look(key, room, about, turn, shown).catch((thrown: unknown) => {
        options.log.warn({ err: thrown, key }, "a log is not followed any more");
        ends.delete(key);
      });
    });
    ends.set(key, cancel);
  };
  return {
    begin(key, room, about) {
      if (ends.size < mostFollowed && !ends.has(key)) wait(key, room, about, 1, "");
    },
    stop() {
      for (const end of ends.values()) end();
      ends.clear();
    },
  };
}
