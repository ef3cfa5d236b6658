import type { Clock } from "../core/clock.ts";
import type { Problem, ProblemJson } from "../core/problem.ts";
import type { RunStatus } from "../core/terms.ts";
import type { Db } from "../db/index.ts";
import type { Agreement, AnyWorkflow, ApprovalAsk, Place, Trades, Workflow } from "./define.ts";
import type { RunsView } from "./types.ts";

/** A workflow as it may be handed in: the object (commands know it as Workflow<never>) or its name. */
export type Startable = AnyWorkflow | Workflow<never> | string;

export type StepKind = "step" | "tx" | "sleep" | "wait" | "approval" | "child" | "undo" | "now";

/** Where the log goes; pino fits. `facts.err` is the technical cause, never shown to people. */
export interface Log {
  warn(facts: object, text: string): void;
  error(facts: object, text: string): void;
}

/** What the approvals room does for the engine. Both are called inside the engine's transaction. */
export interface ApprovalsPort {
  open(row: {
    id: string;
    run: string;
    step: string;
    ask: ApprovalAsk;
    askedBy: string | null;
    place: Place | null;
  }): void;
  withdraw(id: string, why: string): void;
}

/** What the approvals room signals on the topic `approval:<step key>` when the question is settled. */
export interface ApprovalVerdict {
  status: "approved" | "declined" | "expired";
  voices: Agreement["voices"];
  /** Who declined. */
  by?: string | null;
  why?: string | null;
}

export interface RunFacts {
  id: string;
  workflow: string;
  version: number;
  askedBy: string | null;
  place: Place | null;
  parent: string | null;
  lock: string | null;
}

/**
 * One change of the journal, told inside the transaction that makes it; may be told again when that
 * transaction is.
 */
export interface RunEvent {
  kind:
    | "run started"
    | "run waits for lock"
    | "run goes on"
    | "cancel asked"
    | "run finished"
    | "step started"
    | "step retry"
    | "step done"
    | "step failed"
    | "waiting"
    | "undo started"
    | "undo retry"
    | "undo done"
    | "undo failed";
  at: number;
  run: RunFacts;
  step?: { key: string; kind: StepKind; attempt: number };
  /** What a wait waits for, in words. */
  waitsFor?: string;
  /** Of "run finished". */
  status?: RunStatus;
  output?: unknown;
  problem?: ProblemJson;
}

/** Named points at which a test may cut the power by throwing. */
export type CutPoint =
  | "run begun"
  | "message kept"
  | "step begun"
  | "step effect"
  | "step recorded"
  | "failure recorded"
  | "tx inside"
  | "wait recorded"
  | "wait over"
  | "cancel told"
  | "undo begun"
  | "undo effect"
  | "undo recorded"
  | "before finish"
  | "finished";

export interface EngineOptions {
  db: Db;
  clock: Clock;
  log?: Log;
  /** Without it `approval` cannot be used. */
  approvals?: ApprovalsPort;
  /** What workflows get beside the engine's tools. Read when a step uses it, so it may be filled in later. */
  trades: Trades;
  record?: (event: RunEvent) => void;
  probe?: (point: CutPoint, run: string, step: string | null) => void;
  /**
   * A run that cannot go on: its story is gone or changed, or its journal was refused. Nothing of it was
   * touched.
   */
  onStrandedRun?: (run: string, problem: Problem) => void;
  /** Parked runs kept in memory (see limits.ts). */
  keepParked?: number;
}

export interface StartOptions {
  /** The same key twice is the same run. */
  key?: string;
  /** Short name of the member; null for schedules. */
  askedBy: string | null;
  place: Place | null;
}

export interface Outcome {
  status: RunStatus;
  output: unknown;
  problem: ProblemJson | null;
}

export interface EngineStats {
  /** Runs in memory, of these parked, and steps whose work is under way. */
  live: number;
  parked: number;
  stepsInFlight: number;
  /** Runs not finished, in the journal. */
  open: number;
  stranded: number;
}

export type EngineFinished = Record<"done" | "failed" | "undone" | "cancelled", number>;

export interface Engine extends RunsView {
  /** Makes a workflow and its older versions known. A name or a version twice is a mistake and throws. */
  register(name: string, workflow: AnyWorkflow | Workflow<never>): void;
  /**
   * Writes a new run; joins the open transaction, begins after its commit. Throws `workflow-input-unfit` or
   * `workflow-unknown`. `fresh` is false when the key was used before: then it is that run.
   */
  start(workflow: Startable, input: unknown, options: StartOptions): { runId: string; fresh: boolean };
  /**
   * Puts a message into the run's inbox; joins the open transaction, wakes the run after its commit. The same
   * `dedupe` on a topic twice is one message. False when there is no such open run: nothing was kept.
   */
  signal(run: string, topic: string, payload: unknown, dedupe?: string): boolean;
  /** Takes up every open run after a start. Call it once, when everything is registered. */
  recover(): { resumed: number; asleep: number; stranded: number };
  /** Settles when the run is finished. For tests and callers that wait. */
  result(run: string): Promise<Outcome>;
  /**
   * Starts a run at the times of a cron line (in the named time zone). What was missed while away is made up
   * once, at once. Call it once everything is registered. Throws `schedule-unreadable`.
   */
  schedule(
    name: string,
    cron: string,
    timezone: string,
    make: () => { workflow: Startable; input: unknown },
  ): void;
  /**
   * Removes steps and signals of runs that finished more than `keepDays` ago; those that did not end well are
   * kept four times as long.
   */
  prune(policy: { keepDays: number }): Promise<{ runs: number; steps: number; signals: number }>;
  /** How it stands; cheap to ask, however many runs have ended. */
  stats(): EngineStats;
  /** How many runs ended, by how. Reads every run: 50 ms for 100,000. */
  finished(): EngineFinished;
  /** No step is begun any more; waits for those in flight (`stopGraceMs`), then lets go. Marks nothing. */
  stop(): Promise<void>;
}
