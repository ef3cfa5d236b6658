import { Problem } from "../../src/core/problem.ts";
import { runCancelled } from "../../src/core/problems/workflow.ts";

/** Cancelled so often, somebody means it. */
const mostTimes = 3;

/**
 * For the way back of an app's data, and for writing down what became of it: a cancel does not stop them, because it
 * would leave the app with half of its data, or with nothing said about it. They are begun anew instead.
 */
export async function evenIfCancelled<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (thrown) {
      const isCancel = thrown instanceof Problem && thrown.code === runCancelled.code;
      if (!isCancel || tries === mostTimes) throw thrown;
    }
  }
}
