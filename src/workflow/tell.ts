/** A run from its first line to its end: the story, what is taken back when it fails, and the finish. */
import { Problem } from "../core/problem.ts";
import { storyBroke } from "../core/problems/workflow.ts";
import type { RunStatus } from "../core/terms.ts";
import { messageForPeople } from "./carry-out.ts";
import type { Execution } from "./execution.ts";
import { finishInTransaction } from "./finish.ts";
import { jsonOf, valueOf } from "./json.ts";
import type { AnyWorkflow } from "./define.ts";
import type { Outcome } from "./ports.ts";
import { within } from "./scope.ts";
import { toolsFor } from "./tools.ts";
import { takeBack } from "./undo.ts";

/** Tells the story; settles when the run is finished, never when it is let go. */
export async function tell(run: Execution, story: AnyWorkflow): Promise<void> {
  const { house } = run;
  if (house.probing) await run.cut("run begun", null);
  const ending = await storyOrFailure(run, story);
  run.root.told = true;
  const outcome = ending instanceof Problem ? await outcomeOfFailure(run, ending) : ending;
  if (house.probing) await run.cut("before finish", null);
  await run.write(() => writeFinish(run, outcome));
  if (house.probing) await run.cut("finished", null);
  run.leave();
  for (const work of run.inFlight) work.abort(new Error("the run is over"));
  house.over(run);
}

async function storyOrFailure(run: Execution, story: AnyWorkflow): Promise<Outcome | Problem> {
  try {
    const tools = toolsFor(run, run.house.trades);
    const input = JSON.parse(run.row.input) as unknown;
    const output: unknown = await within(run.root, () => story.run(tools, input));
    return { status: "done", output: valueOf(jsonOf(output, "outcome")), problem: null };
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    run.house.log.error({ run: run.row.id, err: thrown }, "a workflow broke between two steps");
    return storyBroke({ workflow: run.row.workflow, message: messageForPeople(thrown) }, thrown);
  }
}

/**
 * Undone when something was taken back, failed when there was nothing or it could not be, cancelled when it
 * was told so.
 */
async function outcomeOfFailure(run: Execution, failure: Problem): Promise<Outcome> {
  const { ran, problem } = await takeBack(run, failure);
  const status: RunStatus =
    problem !== null
      ? "failed"
      : failure.code === "run-cancelled"
        ? "cancelled"
        : ran > 0
          ? "undone"
          : "failed";
  return { status, output: null, problem: (problem ?? failure).toJSON() };
}

function writeFinish(run: Execution, outcome: Outcome): void {
  const { journal, clock } = run.house;
  const { id } = run.row;
  const now = clock.now();
  const problem = outcome.problem === null ? null : JSON.stringify(outcome.problem);
  journal.finish.run(outcome.status, jsonOf(outcome.output, "outcome"), problem, now, now, id);
  // Waits that the story left behind have nobody to wake.
  if (run.waiters.size > 0) dropWaits(run, now);
  finishInTransaction(run.house, run.row, outcome);
}

function dropWaits(run: Execution, now: number): void {
  for (const step of run.house.journal.stepsOf.all(run.row.id))
    if (step.kind === "approval" && step.status === "waiting")
      run.house.approvals?.withdraw(`${run.row.id}/${step.key}`, "the run went on without it");
  run.house.journal.dropWaits.run(now, run.row.id);
}
