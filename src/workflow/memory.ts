/**
 * Which runs are in memory. Parked ones stay until there are too many; then the longest parked are dropped (their
 * promises are simply forgotten) and replayed from the journal when something wakes them. One alarm stands for the
 * next due time of all runs that are not in memory.
 */
import type { Clock } from "../core/clock.ts";
import type { Execution } from "./execution.ts";
import type { Journal } from "./journal.ts";

export interface Memory {
  readonly live: Map<string, Execution>;
  readonly parkedCount: number;
  parked(run: Execution): void;
  goesOn(run: Execution): void;
  remove(run: Execution): void;
  /** Sets the alarm for the earliest due time in the journal; what is overdue is woken now. */
  armAll(): void;
  clear(): void;
}

export function openMemory(
  clock: Clock,
  journal: Journal,
  keepParked: number,
  wakeDue: (run: string) => void,
): Memory {
  const live = new Map<string, Execution>();
  const parked = new Set<Execution>();
  let alarm: { at: number; stop: () => void } | null = null;

  const arm = (at: number | null | undefined): void => {
    if (at === null || at === undefined || (alarm !== null && alarm.at <= at)) return;
    alarm?.stop();
    alarm = { at, stop: clock.at(at, ring) };
  };
  const ring = (): void => {
    alarm = null;
    const now = clock.now();
    arm(journal.nextDue.get(now));
    for (const run of journal.dueRuns.all(now)) if (!live.has(run)) wakeDue(run);
  };
  const evict = (): void => {
    const [longest] = parked;
    if (parked.size <= keepParked || longest === undefined) return;
    parked.delete(longest);
    // Woken, but what it heard is not on disk yet: dropped now, it would not hear it.
    if (longest.active > 0 || [...longest.waiters].some((waiter) => waiter.poked)) {
      parked.add(longest);
      return;
    }
    live.delete(longest.row.id);
    arm(longest.earliestDue);
    longest.leave();
  };

  return {
    live,
    get parkedCount() {
      return parked.size;
    },
    parked(run) {
      parked.delete(run);
      parked.add(run);
      evict();
    },
    goesOn: (run) => parked.delete(run),
    remove(run) {
      parked.delete(run);
      if (live.get(run.row.id) === run) live.delete(run.row.id);
    },
    armAll: ring,
    clear() {
      alarm?.stop();
      alarm = null;
      for (const run of live.values()) run.leave();
      live.clear();
      parked.clear();
    },
  };
}
