/** Work on a repository whose failure is written down before it ends the run. */
import { Problem } from "../../src/core/problem.ts";
import { runCancelled } from "../../src/core/problems/workflow.ts";
import type { StepContext, Tools, Trades } from "../../src/workflow/define.ts";

type Care = Pick<Parameters<Trades["backups"]["recordCare"]>[0], "repository" | "kind">;

/** Long ones read and write whole disks. */
const longest = "12h";

/** Does it in a step. A problem is written down as the result of this care, and thrown on. */
export async function caredFor<T>(
  { step, tx, run, backups }: Tools & Trades,
  care: Care,
  name: string,
  work: (context: StepContext) => Promise<T>,
): Promise<T> {
  try {
    return await step(name, work, { timeout: longest });
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code === runCancelled.code) throw thrown;
    await tx("write the failure down", () =>
      backups.recordCare({ ...care, run: run.id, outcome: "failed", words: thrown.text.happened }),
    );
    throw thrown;
  }
}
