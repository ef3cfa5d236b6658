import {
  cancelledWithoutStory,
  runAlreadyOver,
  runCancelled,
  runUnknown,
} from "../core/problems/workflow.ts";
import type { Problem } from "../core/problem.ts";
import { factsOf } from "./execution.ts";
import { finishInTransaction } from "./finish.ts";
import type { House } from "./house.ts";
import type { RunRow } from "./journal.ts";
import { waitsForLock } from "./locks.ts";

/**
 * Cancels a run, in the open transaction: a message that the story hears once, at its next call. A run that has not
 * begun (it waits for its lock) or whose story is gone is finished at once. Throws when there is no such open run.
 */
export function cancelRun(house: House, run: string, by: string, why: string): void {
  const { journal, clock } = house;
  const row = journal.runById.get(run);
  if (row === undefined) throw runUnknown({ run });
  if (row.finishedAt !== null) throw runAlreadyOver({ run, status: row.status });
  house.record?.({ kind: "cancel asked", at: clock.now(), run: factsOf(row) });
  if (waitsForLock(journal, row)) finishCancelled(house, row, runCancelled({ by, why }));
  else if (house.storyOf(row) === undefined) finishStranded(house, row, by, why);
  else {
    journal.insertSignal.run(run, "$cancel", JSON.stringify({ by, why }), "cancel", clock.now());
    house.db.afterCommit(() => house.wake(run, "$cancel"));
  }
}

function finishCancelled(house: House, row: RunRow, problem: Problem): void {
  const now = house.clock.now();
  house.journal.finish.run("cancelled", null, JSON.stringify(problem), now, now, row.id);
  finishInTransaction(house, row, { status: "cancelled", output: null, problem: problem.toJSON() });
}

/** Nobody is left who knows how to take its steps back; the problem says which were done. */
function finishStranded(house: House, row: RunRow, by: string, why: string): void {
  const { journal, approvals } = house;
  const steps = journal.stepsOf.all(row.id);
  const done = steps.filter((step) => step.kind === "step" && step.attempt > 0).map((step) => step.key);
  for (const step of steps)
    if (step.kind === "approval" && step.status === "waiting")
      approvals?.withdraw(`${row.id}/${step.key}`, `${by} cancelled the run`);
  journal.dropWaits.run(house.clock.now(), row.id);
  const { workflow, version } = row;
  const names = done.length === 0 ? "nothing" : done.join(", ");
  finishCancelled(house, row, cancelledWithoutStory({ by, why, workflow, version, done: names }));
}
