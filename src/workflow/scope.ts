import { AsyncLocalStorage } from "node:async_hooks";
import type { Execution } from "./execution.ts";

/**
 * One line of the story: the story itself, or a branch of `all`. Cancel is told once to each line that is under
 * way, and two lines side by side may not share a step's name.
 */
export interface Scope {
  readonly run: Execution;
  readonly parent: Scope | null;
  /** The cancel was thrown into this line; what follows is clean-up. */
  told: boolean;
  over: boolean;
}

const lines = new AsyncLocalStorage<Scope>();

/** The line of `run` that is calling. */
export function lineOf(run: Execution): Scope {
  const line = lines.getStore();
  return line?.run === run ? line : run.root;
}

/** Calls `tell` as a part of this line. */
export function within<T>(line: Scope, tell: () => T): T {
  return lines.run(line, tell);
}

/** Whether `line` is `other` or a branch somewhere below it. */
export function isWithin(line: Scope, other: Scope): boolean {
  for (let at: Scope | null = line; at !== null; at = at.parent) if (at === other) return true;
  return false;
}
