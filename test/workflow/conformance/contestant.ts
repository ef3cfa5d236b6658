import type { AnyWorkflow, Outcome } from "../../../src/workflow/index.ts";

/** The stories of a case by name, as the files of `workflows/` would be discovered. */
export type Stories = Record<string, AnyWorkflow>;

/**
 * An engine that is held to the suite. Everything is asynchronous, because a second engine may sit behind a
 * network; nothing here names SQLite, a clock or a class of ours.
 */
export interface Contestant {
  /** Writes a run and has it begun; the same key twice is the same run. */
  start(story: string, input?: unknown, key?: string): Promise<string>;
  signal(run: string, topic: string, payload: unknown, dedupe?: string): Promise<void>;
  cancel(run: string, why?: string): Promise<void>;
  result(run: string): Promise<Outcome>;
  /** How people see it now. */
  look(run: string): Promise<{ status: string; waitsFor: string | null; steps: Record<string, string> }>;
  /** The process is gone without a word and another one takes over, with these stories if they changed. */
  restart(stories?: Stories): Promise<void>;
  /** Lets time pass and everything happen that is due. */
  pass(ms: number): Promise<void>;
  /** Lets everything happen that needs no time to pass. */
  settle(): Promise<void>;
  now(): number;
  /** Rows in the same database as the journal, for `tx`. Synchronous. */
  rows: { add(text: string): void; all(): string[] };
  close(): Promise<void>;
}

export interface Contest {
  name: string;
  /** Time is turned by hand, so that months can pass. */
  fakeTime: boolean;
  enter(stories: Stories): Promise<Contestant>;
}

/** What the stories of a case did to the world outside, in order. It outlives restarts, as the world does. */
export class World {
  readonly done: string[] = [];
  /** The idempotency keys that were seen, per effect. */
  readonly keys: Record<string, string[]> = {};
  #gates = new Map<string, { opened: Promise<void>; open: () => void }>();

  did(what: string, key?: string): void {
    this.done.push(what);
    if (key !== undefined) (this.keys[what] ??= []).push(key);
  }
  times(what: string): number {
    return this.done.filter((one) => one === what).length;
  }
  /** Work waits here until the case opens the gate. */
  gate(name: string): { opened: Promise<void>; open: () => void } {
    let gate = this.#gates.get(name);
    if (gate === undefined) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      gate = { opened: promise, open: () => resolve(undefined) };
      this.#gates.set(name, gate);
    }
    return gate;
  }
}

/** A failure that may pass. */
export class Passing extends Error {}
