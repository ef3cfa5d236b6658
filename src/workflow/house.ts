import type { Clock } from "../core/clock.ts";
import type { Problem } from "../core/problem.ts";
import type { Db } from "../db/index.ts";
import type { AnyWorkflow, Trades } from "./define.ts";
import type { Execution } from "./execution.ts";
import type { Journal, RunRow, StepRow } from "./journal.ts";
import type { ApprovalsPort, CutPoint, Log, Outcome, RunEvent, Startable, StartOptions } from "./ports.ts";
import type { Suspects } from "./suspects.ts";

/** A start that was checked and can be written. */
export interface PreparedStart {
  name: string;
  version: number;
  input: string;
  lock: string | null;
  options: StartOptions & { parent?: string };
}

/** What a run in memory needs of the engine around it. */
export interface House {
  readonly db: Db;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly trades: Trades;
  readonly log: Log;
  readonly approvals: ApprovalsPort | undefined;
  readonly record: ((event: RunEvent) => void) | undefined;
  /** Set while a test may cut the power. */
  readonly probing: boolean;
  /** The engine was let go: nothing more is written by it. */
  readonly dead: boolean;
  /** No step is begun any more. */
  readonly stopping: boolean;
  stepsInFlight: number;
  readonly suspects: Suspects;
  /** Asks the probe. False: the power is gone. */
  cut(point: CutPoint, run: string, step: string | null): boolean;
  /** Throws a Problem when the workflow is unknown or its input does not fit. */
  prepareStart(
    workflow: Startable,
    input: unknown,
    options: StartOptions & { parent?: string },
  ): PreparedStart;
  /** Writes a prepared start in the open transaction. */
  writeStart(start: PreparedStart): { runId: string; fresh: boolean };
  /** Puts a message into an inbox in the open transaction. */
  signal(run: string, topic: string, payload: unknown, dedupe?: string): boolean;
  /** The cancel message, in the open transaction. */
  cancel(run: string, by: string, why: string): void;
  /** Told when a run is parked, has stopped for good, or cannot go on. */
  parked(run: Execution): void;
  goesOn(run: Execution): void;
  over(run: Execution): void;
  /** Begins a run that is in the journal, unless it is under way. */
  begin(row: RunRow, history?: StepRow[] | null): void;
  /** Makes a run hear what is in its inbox; takes it up when it is not in memory. */
  wake(run: string, topic: string): void;
  /** Tells those who wait for the result. */
  finished(run: string, outcome: Outcome): void;
  stranded(run: RunRow, problem: Problem): void;
  storyOf(run: RunRow): AnyWorkflow | undefined;
}

/** A promise that never settles: how a run waits without anything being thrown through its code. */
export function forever<T = never>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
