import { Problem, problemFromJson } from "../core/problem.ts";
import { childCancelled } from "../core/problems/workflow.ts";
import { put, type Call } from "./call.ts";
import type { Execution } from "./execution.ts";
import type { PreparedStart } from "./house.ts";
import type { Outcome, Startable } from "./ports.ts";
import { called } from "./tools.ts";
import { waitFor } from "./wait.ts";

/** The topic on which a child tells its parent how it ended. */
export function childTopic(key: string): string {
  return `child:${key}`;
}

/** The key under which a child is started: the same call is the same child. */
export function childKey(parent: string, call: string): string {
  return `child ${parent}/${call}`;
}

/**
 * Runs another workflow and waits for its end. A cancel is passed on; the parent is told when the child has
 * cleaned up.
 */
export function childTool(run: Execution) {
  return (name: string, workflow: Startable, input: unknown): Promise<unknown> =>
    called(run, "child", name, async (call) => {
      const prepared = await prepare(call, workflow, input);
      const { journal } = run.house;
      let child = journal.idByKey.get(childKey(run.row.id, call.key)) ?? "";
      return waitFor(call, {
        topics: [childTopic(call.key)],
        dueAt: null,
        waitsFor: `the run of ${prepared.name} that it started`,
        means: (message) => outcomeOf(message?.payload as Outcome, child, prepared.name),
        onPark: () => {
          child = run.house.writeStart(prepared).runId;
        },
        passCancelOn: () => {
          const { by, why } = JSON.parse(journal.cancelOf.get(run.row.id) ?? "{}") as {
            by?: string;
            why?: string;
          };
          if (journal.outcome.get(child) === undefined) run.house.cancel(child, by ?? "tandem", why ?? "");
        },
      });
    });
}

/** A child that cannot be started is a recorded failure of the call. */
async function prepare(call: Call, workflow: Startable, input: unknown): Promise<PreparedStart> {
  const { run } = call;
  try {
    return run.house.prepareStart(workflow, input, {
      key: childKey(run.row.id, call.key),
      askedBy: run.facts.askedBy,
      place: run.facts.place,
      parent: run.row.id,
    });
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    await run.write(() => put(call, { status: "failed", attempt: 0, problem: thrown }));
    throw thrown;
  }
}

function outcomeOf(outcome: Outcome, child: string, workflow: string): unknown {
  if (outcome.status === "done") return outcome.output;
  if (outcome.status === "cancelled" || outcome.problem === null) return childCancelled({ child, workflow });
  return problemFromJson(outcome.problem);
}
