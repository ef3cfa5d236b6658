import type { Clock } from "../core/clock.ts";
import type { Db } from "../db/index.ts";
import { pruneBatch } from "./limits.ts";

const dayMs = 86_400_000;
/** How much longer the steps of runs are kept that did not end well: they are what one looks at later. */
const keepTroubleTimes = 4;

/**
 * Removes the steps and signals of runs that finished long ago, some runs per transaction so that nobody waits.
 * The run itself (who asked, input, outcome) stays.
 */
export function openPrune(db: Db, clock: Clock) {
  const { sqlite } = db;
  const old = sqlite
    .prepare<[number, number, number], string>(
      `select run.id from run where finished_at < case status when 'done' then ? else ? end
       and (exists (select 1 from step where step.run = run.id)
         or exists (select 1 from signal where signal.run = run.id))
       limit ?`,
    )
    .pluck();
  const dropSteps = sqlite.prepare("delete from step where run = ?");
  const dropSignals = sqlite.prepare("delete from signal where run = ?");
  return async ({ keepDays }: { keepDays: number }) => {
    const pruned = { runs: 0, steps: 0, signals: 0 };
    const now = clock.now();
    for (;;) {
      const runs = old.all(now - keepDays * dayMs, now - keepDays * keepTroubleTimes * dayMs, pruneBatch);
      if (runs.length === 0) return pruned;
      await db.write(() => {
        for (const run of runs) {
          pruned.runs++;
          pruned.steps += dropSteps.run(run).changes;
          pruned.signals += dropSignals.run(run).changes;
        }
      });
    }
  };
}
