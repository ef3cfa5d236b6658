import { Problem } from "../core/problem.ts";
import { undoFailed } from "../core/problems/workflow.ts";
import { carryOut } from "./carry-out.ts";
import type { UndoEntry } from "./call.ts";
import type { Execution } from "./execution.ts";

/** The key of a step's undo in the journal. */
export function undoKey(step: string): string {
  return `undo:${step}`;
}

/**
 * Takes back what was done or half-done, last first. An undo that does not work is set aside and the others are
 * still run. Answers how many ran, and the problem that says which did not work.
 */
export async function takeBack(
  run: Execution,
  first: Problem,
): Promise<{ ran: number; problem: Problem | null }> {
  const steps = [...run.undos].sort((a, b) => b.call.seq - a.call.seq);
  const left: string[] = [];
  let message = "";
  let cause: unknown;
  for (const entry of steps) {
    const failure = await takeStepBack(run, entry);
    if (failure === null) continue;
    left.push(`"${entry.call.key}"`);
    message ||= failure instanceof Problem ? failure.text.happened.replace(/\.$/, "") : "";
    cause ??= failure;
  }
  if (left.length === 0) return { ran: steps.length, problem: null };
  const particulars = { first: first.text.happened, steps: left.join(", "), message };
  const { code, text } = undoFailed(particulars);
  return { ran: steps.length, problem: new Problem(code, text, cause, first.code) };
}

/** What it threw, or null. */
async function takeStepBack(run: Execution, { call, options, value }: UndoEntry): Promise<Problem | null> {
  const undo = run.enter("undo", undoKey(call.key));
  if (undo === null) return new Promise(() => undefined);
  try {
    if (run.settled(undo) !== undefined) return null;
    await carryOut(undo, (context) => options.undo?.(value, context), { ...options, record: true });
    return null;
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
}
