import { openJudge } from "../../../src/swarm/verdict/judge.ts";
import type { Rules, ServiceVerdict, Sight, TaskSight } from "../../../src/swarm/verdict/sight.ts";

/** The watcher looks this often while anything moves. */
const everyMs = 250;

/** What changed at a second of a timeline; what is not named stays as it was. */
export interface Change {
  at: number;
  live?: Sight["live"];
  /**
   * State and message of the UpdateStatus; its StartedAt is `startedAt`, or the same for all of a timeline.
   */
  update?: { state: string; message?: string; startedAt?: string };
  wanted?: number;
  tasks?: Record<string, Partial<TaskSight>>;
}

export interface Played {
  verdict: ServiceVerdict | undefined;
  /** Seconds from the start until the verdict, or the length of the timeline. */
  seconds: number;
  standing: string;
}

export const plain: Rules = {
  service: "app",
  isNew: true,
  isUnchanged: false,
  oldTasks: [],
  failureAction: "pause",
  isJob: false,
  failuresOfALoop: 2,
  restarts: "any",
  hasHealthcheck: false,
  settleMs: 10_000,
};

/** Shows a timeline to a judge, look by look, until the verdict; without one by `untilSeconds` time is up. */
export function play(rules: Partial<Rules>, changes: Change[], untilSeconds: number): Played {
  const judge = openJudge({ ...plain, ...rules });
  const sight: Sight = { atMs: 0, live: "ours", wanted: 1, tasks: [] };
  const tasks = new Map<string, TaskSight>();
  const left = [...changes];
  for (let atMs = 0; atMs <= untilSeconds * 1000; atMs += everyMs) {
    while (left[0] !== undefined && left[0].at * 1000 <= atMs) take(sight, tasks, left.shift() ?? { at: 0 });
    const verdict = judge.see({ ...sight, atMs, tasks: [...tasks.values()] });
    if (verdict !== undefined) return { verdict, seconds: atMs / 1000, standing: judge.standing() };
  }
  return { verdict: judge.tooLate(), seconds: untilSeconds, standing: judge.standing() };
}

function take(sight: Sight, tasks: Map<string, TaskSight>, change: Change): void {
  if (change.live !== undefined) sight.live = change.live;
  if (change.wanted !== undefined) sight.wanted = change.wanted;
  if (change.update !== undefined) sight.update = { startedAt: "2026-10-01T08:00:00Z", ...change.update };
  for (const [id, facts] of Object.entries(change.tasks ?? {})) {
    const known = tasks.get(id) ?? { id, slot: "1", state: "new", desired: "running", isCurrent: true };
    tasks.set(id, { ...known, ...facts });
  }
}
