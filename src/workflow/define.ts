/**
 * How a workflow is written. A workflow is one async function, read top to bottom; what it does to the world
 * happens in named steps, which are kept in the journal. Outside steps the body gives the same answer when run
 * again: no clock, no chance, no I/O (a lint rule watches).
 */
import type { z } from "zod";
import type { Duration } from "../core/clock.ts";
import type { MemberName, Role, RunId } from "../core/terms.ts";
import type { Message } from "../chat/message.ts";

/**
 * What the house hands to workflows and commands beside the engine's own tools. Filled in by `src/tools.ts`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- open on purpose: src/tools.ts adds the trades
export interface Trades {}

/** Where something was said, so that the answer goes there. */
export interface Place {
  room: string;
  /** The event that asked. */
  eventId?: string;
  threadRoot?: string;
  /** The event that the asking one answers, such as a file. */
  repliesTo?: string;
  /** Nobody else reads there: what concerns others is asked elsewhere. */
  direct?: true;
}

export interface StepContext {
  /** `run/step key`: the idempotency key for whatever this step starts outside. */
  key: string;
  /** 1 for the first try. One that a restart has cut off counts. */
  attempt: number;
  /** Aborted when the run is cancelled or the step takes longer than its timeout. */
  signal: AbortSignal;
}

export interface StepOptions<T> {
  /**
   * How often a passing failure is tried again (default 3). A Problem is terminal: it is never tried again. What a
   * restart has cut off has not failed.
   */
  retries?: number;
  /**
   * The wait before the first retry; it doubles each time, up to `maxBackoff` (defaults 1s, 1m). Kept over
   * restarts.
   */
  backoff?: Duration;
  maxBackoff?: Duration;
  timeout?: Duration;
  /**
   * Takes the step back when a later step fails or the run is cancelled. Undos run in reverse order; each must
   * be safe twice and half-way. `value` is undefined when the step itself failed half-way.
   */
  undo?: (value: T | undefined, context: StepContext) => unknown;
  /** false: no "running" record before the step (cheap, harmless steps). */
  record?: boolean;
}

/** Steps that come back from the journal are JSON: no Dates, Maps or bigints. */
export interface ApprovalAsk {
  ask: Message;
  from: Role;
  /** Beside holding the role: only these people have a voice. Empty means nobody, not everybody. */
  only?: MemberName[];
  /** How many voices (default 1). */
  needed?: number;
  weight: "light" | "ordinary" | "grave";
  /** The hash of the plan: the voices count for exactly this plan. */
  binds: string;
  /** What a grave approval must name when typed, and what lists show, such as the app's domain. */
  subject: string;
  /** Default 24h. */
  expires?: Duration;
  /** Members who would gain by it: they have no voice. The asker never has one. */
  beneficiaries?: MemberName[];
  /**
   * One of many of its kind, such as an entry of work: it rings nobody, is not reminded of, and does not count
   * among the questions that fill a room.
   */
  quiet?: true;
}

/** Who agreed. A decline or an expiry arrives as a thrown Problem. */
export interface Agreement {
  voices: { member: string; via: string; at: number }[];
}

/** The engine's own tools. Functions, not methods: a story takes them apart (`{ step, approval }`). */
export interface Tools {
  readonly run: { id: RunId; askedBy: string | null; place: Place | null };
  /** Does something once. The name is its identity in the journal; a second use of it becomes `name#2`. */
  step: <T>(
    name: string,
    work: (context: StepContext) => T | Promise<T>,
    options?: StepOptions<T>,
  ) => Promise<T>;
  /**
   * Database changes and the step's record in one SQLite transaction: exactly once. `change` is synchronous.
   */
  tx: <T>(name: string, change: () => T) => Promise<T>;
  /** Asks people and waits. Throws a Problem when they decline or let it expire. */
  approval: (ask: ApprovalAsk) => Promise<Agreement>;
  /** The next signal on a topic (buffered and in order), or null after the timeout. */
  waitFor: <T>(topic: string, options?: { timeout?: Duration }) => Promise<T | null>;
  /** The next signal on any of the topics, or null after the timeout. */
  any: (
    topics: string[],
    options?: { timeout?: Duration },
  ) => Promise<{ topic: string; payload: unknown } | null>;
  /** Branches side by side; waits for all, then throws the first failure if there was one. */
  all: <T extends readonly unknown[]>(branches: { [K in keyof T]: () => Promise<T[K]> }) => Promise<T>;
  sleep: (name: string, length: Duration) => Promise<void>;
  /** The time, kept in the journal: ms since 1970. */
  now: () => Promise<number>;
  /** Runs another workflow as a child and waits for what it returns. Cancel reaches the child. */
  child: <I, O>(name: string, workflow: Workflow<I, O>, input: I) => Promise<O>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- stands for every workflow
export type AnyWorkflow = Workflow<any, any>;

export interface WorkflowSpec<I, O> {
  /** Raise it when the order or the names of recorded steps change; keep the old story under `older`. */
  version?: number;
  input: z.ZodType<I>;
  /** Two runs with the same lock follow each other. */
  lock?: (input: I) => string;
  /** Names of the steps to come, for the progress message. */
  outline?: readonly string[];
  /** Earlier versions of the story: runs that began with one go on with it. */
  older?: readonly AnyWorkflow[];
  run: (tools: Tools & Trades, input: I) => Promise<O>;
}

/** A workflow: its name is its path under `workflows/`, set by discovery. */
export interface Workflow<I, O = unknown> extends WorkflowSpec<I, O> {
  readonly kind: "workflow";
  readonly version: number;
}

/**
 * Declares a workflow. What `run` returns is the outcome: a Message is posted to the place that asked. A cancel is
 * thrown into the story once, as a problem; a story that catches it and returns has decided to end well.
 */
export function workflow<I, O>(spec: WorkflowSpec<I, O>): Workflow<I, O> {
  return { kind: "workflow", ...spec, version: spec.version ?? 1 };
}
