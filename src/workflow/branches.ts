import { Problem } from "../core/problem.ts";
import type { Execution } from "./execution.ts";
import { lineOf, within, type Scope } from "./scope.ts";

/**
 * Branches, each a line of its own. All are waited for, so that nothing goes on behind a story that has failed;
 * then the cancel is thrown, or else the first failure in the order of the branches.
 */
export async function sideBySide(
  run: Execution,
  branches: readonly (() => Promise<unknown>)[],
): Promise<unknown[]> {
  const parent = lineOf(run);
  const lines = branches.map((): Scope => ({ run, parent, told: parent.told, over: false }));
  const ends = await Promise.allSettled(
    branches.map((branch, index) => {
      const line = lines[index] ?? parent;
      return within(line, async () => branch()).finally(() => (line.over = true));
    }),
  );
  const failures = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
  if (failures.length === 0) return ends.map((end) => (end.status === "fulfilled" ? end.value : undefined));
  const cancel = failures.find((failure) => failure instanceof Problem && failure.code === "run-cancelled");
  // Thrown on from here it counts as told; a branch that dealt with it by itself leaves it to be told here.
  if (lines.some((line) => line.told)) parent.told = true;
  throw cancel ?? failures[0];
}
