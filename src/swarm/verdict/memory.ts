import type { ServiceVerdict, Sight } from "./sight.ts";

/** What a judge remembers between two looks at one service. */
export interface Memory {
  /** Tasks that failed since the deploy began, by id, in the order in which they were noticed. */
  failures: Map<string, Failure>;
  /** When each task was first seen running, in ms since 1970. */
  runningSince: Map<string, number>;
  /** The longest that a task which then failed had been seen running, in ms. */
  longestLifeMs: number;
  pendingSinceMs?: number;
  /** Since when exactly these tasks have been running as wanted. */
  steady?: { tasks: string; sinceMs: number };
  /** A sign after which it cannot become well; the verdict may wait for Swarm to go back. */
  doom?: Bad | undefined;
  rollback?: Bad;
  last?: Sight;
  given?: ServiceVerdict | undefined;
}

export interface Failure {
  task: string;
  slot: string;
  detail: string;
}

/** A reason to fail: its code, the engine's words, and the task that shows it. */
export interface Bad {
  code: string;
  detail: string;
  task?: string;
}

export function emptyMemory(): Memory {
  return { failures: new Map(), runningSince: new Map(), longestLifeMs: 0 };
}
