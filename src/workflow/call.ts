import type { Problem } from "../core/problem.ts";
import type { StepOptions } from "./define.ts";
import type { Execution } from "./execution.ts";
import type { StepRow, StepStatus } from "./journal.ts";
import { problemText } from "./json.ts";
import type { RunEvent, StepKind } from "./ports.ts";
import type { Scope } from "./scope.ts";

/**
 * One use of a tool: which line of the story calls, under which key, and what the journal knows of it
 * already.
 */
export interface Call {
  readonly run: Execution;
  readonly scope: Scope;
  readonly key: string;
  readonly kind: StepKind;
  readonly seq: number;
  readonly recorded: StepRow | null;
  /** A row for it is in the journal. */
  written: boolean;
  /** How often it failed in passing. */
  failures: number;
}

/** Something that waits and can be woken: for topics, for its time, for a cancel. */
export interface Waiter {
  readonly topics: readonly string[];
  readonly waitsFor: string;
  readonly dueAt: number | null;
  poked: boolean;
  wake: (() => void) | null;
}

/** A step that is to be taken back when the run fails. */
export interface UndoEntry {
  readonly call: Call;
  readonly options: StepOptions<unknown>;
  value: unknown;
}

export interface StepWrite {
  status: StepStatus;
  attempt: number;
  dueAt?: number;
  output?: string | null;
  problem?: Problem;
  waitsFor?: string;
}

const words = { running: "started", retry: "retry", done: "done", failed: "failed" } as const;

/** Writes a call's row in the open transaction and tells it to the record. */
export function put(call: Call, step: StepWrite): void {
  const { run, key, kind, seq, failures } = call;
  const { journal, clock, record } = run.house;
  const id = run.row.id;
  const now = clock.now();
  if (step.status !== "waiting") run.markRunning(now);
  const { status, attempt, dueAt = null, output = null } = step;
  const finished = status === "done" || status === "failed" ? now : null;
  const problem = step.problem === undefined ? null : problemText(step.problem);
  if (call.written)
    journal.updateStep.run(status, attempt, failures, dueAt, output, problem, finished, id, key);
  else
    journal.insertStep.run(
      id,
      key,
      kind,
      status,
      attempt,
      failures,
      dueAt,
      output,
      problem,
      seq,
      now,
      finished,
    );
  if (record !== undefined) record(eventOf(call, step, now));
}

function eventOf(call: Call, step: StepWrite, at: number): RunEvent {
  const what = call.kind === "undo" ? "undo" : "step";
  const key = what === "undo" ? call.key.slice("undo:".length) : call.key;
  return {
    kind: step.status === "waiting" ? "waiting" : `${what} ${words[step.status]}`,
    at,
    run: call.run.facts,
    step: { key, kind: call.kind, attempt: step.attempt },
    ...(step.problem && { problem: step.problem.toJSON() }),
    ...(step.waitsFor !== undefined && { waitsFor: step.waitsFor }),
  };
}
