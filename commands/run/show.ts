import { say } from "../../src/chat/message.ts";
import { isoOf } from "../../src/core/clock.ts";
import { runUnknown } from "../../src/core/problems/workflow.ts";
import { RunId } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

/** The marks of the progress message: done, now, to come, failed, undone. */
const marks = { done: "✓", running: "●", retry: "●", waiting: "●", failed: "✕" } as const;

export default command({
  summary: "Show one run: its steps, what it waits for, how it ended.",
  example: "run show bakor",
  role: "member",
  args: { run: RunId },
  reads: true,
  run: ({ args, by, runs, approvals }) => {
    const run = runs.show(args.run);
    if (run === undefined || !approvals.maySeeRun(by.member, run)) throw runUnknown({ run: args.run });
    const subject = run.lock === null ? "" : ` of ${run.lock}`;
    const state = run.waitsFor === null ? run.status : `${run.status} for ${run.waitsFor}`;
    const done = new Set(run.steps.map((step) => step.key));
    const toCome = run.finishedAt === null ? run.outline.filter((name) => !done.has(name)) : [];
    return answer(
      say(`Run \`${run.id}\` is ${run.workflow}${subject}: ${state}.`, {
        notes: `Asked by ${run.askedBy ?? "a schedule"} at ${isoOf(run.createdAt).slice(0, 16).replace("T", " ")} UTC.`,
        list: [
          ...run.steps.map(({ key, status, attempt, problem, undo }) => {
            const mark = undo === "done" ? "↩" : marks[status];
            const again = attempt > 1 ? ` (try ${attempt})` : "";
            return `${mark} ${key}${again}${problem === null ? "" : `: ${problem.happened}`}`;
          }),
          ...toCome.map((name) => `○ ${name}`),
        ],
        next:
          run.problem !== null
            ? `${run.problem.happened} ${run.problem.remedy}`
            : run.finishedAt === null
              ? `To stop it: \`cancel ${run.id}\``
              : `It ended at ${isoOf(run.finishedAt).slice(0, 16).replace("T", " ")} UTC.`,
      }),
      run,
    );
  },
});
