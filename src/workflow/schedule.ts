/** Schedules: croner computes the due times, the table remembers the last one, the clock rings. */
import { Cron } from "croner";
import { againWhenItFails, durationMs, isoOf, type Clock } from "../core/clock.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { scheduleUnreadable } from "../core/problems/workflow.ts";
import type { Db } from "../db/index.ts";
import type { Engine } from "./ports.ts";

/**
 * The longest wait before the next time is worked out anew: a clock that was set back would keep everything waiting for
 * the time that it once showed.
 */
const longestWaitMs = durationMs("1h");

type Make = Parameters<Engine["schedule"]>[3];

export interface Schedules {
  add: Engine["schedule"];
  stop(): void;
}

/** `failed` is told what kept a run from being started: it is tried again until it is. */
export function openSchedules(
  db: Db,
  clock: Clock,
  start: Engine["start"],
  failed: (thrown: unknown) => void,
): Schedules {
  const last = db.sqlite.prepare<[string], number>("select last_due_at from schedule where name = ?").pluck();
  const remember = db.sqlite.prepare(
    `insert into schedule (name, last_due_at) values (?, ?)
     on conflict (name) do update set last_due_at = excluded.last_due_at`,
  );
  const alarms = new Map<string, () => void>();
  let stopped = false;

  /** The run and the memory of its time in one transaction: a time fires once, whatever happens. */
  const fire = (name: string, dueAt: number, make: Make): void => {
    db.tx(() => {
      const { workflow, input } = make();
      start(workflow, input, { key: `schedule ${name} ${isoOf(dueAt)}`, askedBy: null, place: null });
      remember.run(name, dueAt);
    });
  };
  const arm = (name: string, times: Cron, make: Make): void => {
    const now = clock.now();
    const dueAt = times.nextRun(new Date(now))?.getTime();
    if (dueAt === undefined || stopped) return;
    const look = (): void => {
      if (clock.now() < dueAt) arm(name, times, make);
      else fired(name, dueAt, times, make)();
    };
    alarms.set(name, clock.after(Math.min(dueAt - now, longestWaitMs), look));
  };
  const fired = (name: string, dueAt: number, times: Cron, make: Make): (() => void) =>
    againWhenItFails(
      clock,
      () => {
        fire(name, dueAt, make);
        arm(name, times, make);
      },
      refusedOnce(failed),
      (takeBack) => alarms.set(name, takeBack),
    );

  return {
    add(name, cron, timezone, make) {
      if (alarms.has(name)) throw new Error(`the schedule ${name} is set twice`);
      const times = read(name, cron, timezone);
      const now = clock.now();
      const lastDueAt = last.get(name);
      if (lastDueAt === undefined) db.tx(() => remember.run(name, now));
      const missed = lastDueAt === undefined ? null : lastMissed(times, lastDueAt, now);
      if (missed === null) arm(name, times, make);
      else fired(name, missed, times, make)();
    },
    stop() {
      stopped = true;
      for (const stop of alarms.values()) stop();
    },
  };
}

/** A refusal lasts, such as while the disk is full: it is told once, not at each try. Failures are told each time. */
function refusedOnce(failed: (thrown: unknown) => void): (thrown: unknown) => void {
  let refusal: string | undefined;
  return (thrown) => {
    const code = thrown instanceof Problem ? thrown.code : undefined;
    if (code === undefined || code !== refusal) failed(thrown);
    refusal = code;
  };
}

/** The newest time that is over and was not fired; null when none was missed. */
function lastMissed(times: Cron, lastDueAt: number, now: number): number | null {
  const first = times.nextRun(new Date(lastDueAt))?.getTime();
  if (first === undefined || first > now) return null;
  // One second on, because a time that falls on this very moment is due too.
  return times.previousRuns(1, new Date(now + 1000))[0]?.getTime() ?? first;
}

function read(name: string, cron: string, timezone: string): Cron {
  try {
    const times = new Cron(cron, { timezone, paused: true, mode: "5-part" });
    times.nextRun();
    return times;
  } catch (thrown) {
    throw scheduleUnreadable({ name, cron, reason: messageOf(thrown) }, thrown);
  }
}
