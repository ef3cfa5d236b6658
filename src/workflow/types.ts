import type { RunStatus } from "../core/terms.ts";
import type { ProblemJson } from "../core/problem.ts";
import type { Place } from "./define.ts";

export interface RunSummary {
  id: string;
  workflow: string;
  version: number;
  status: RunStatus;
  askedBy: string | null;
  place: Place | null;
  /** What it works on, from the workflow's lock, such as `app cloud.example.coop`. */
  lock: string | null;
  /** Why it waits, in words: for a lock, for a voice, for its code. */
  waitsFor: string | null;
  /** The run that started this one. */
  parent: string | null;
  createdAt: number;
  finishedAt: number | null;
}

export interface StepView {
  key: string;
  kind: string;
  status: "running" | "retry" | "waiting" | "done" | "failed";
  attempt: number;
  dueAt: number | null;
  problem: ProblemJson | null;
  startedAt: number;
  finishedAt: number | null;
  /** How taking it back went, when the run took it back. Undos are not listed as steps of their own. */
  undo: "running" | "retry" | "done" | "failed" | null;
}

export interface RunDetail extends RunSummary {
  input: unknown;
  output: unknown;
  problem: ProblemJson | null;
  outline: readonly string[];
  /** In the order in which they were begun. */
  steps: StepView[];
}

/** Runs as commands and pages see them. */
export interface RunsView {
  /** Newest first; `limit` defaults to 50. */
  list(filter?: { open?: boolean; limit?: number; lock?: string }): RunSummary[];
  show(id: string): RunDetail | undefined;
  /**
   * A message, delivered once at the run's next step; joins the open transaction. Throws a Problem when there
   * is no such open run.
   */
  cancel(id: string, by: string, why: string): void;
}
