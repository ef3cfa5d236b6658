import { z } from "zod";
import { Problem } from "../src/core/problem.ts";
import {
  backupNotBack,
  commandStillRuns,
  commandTookTooLong,
  hookFailed,
  hookWithoutContainer,
} from "../src/core/problems/backup-taking.ts";
import { AppDomain } from "../src/core/terms.ts";
import { workflow, type StepContext, type Tools, type Trades } from "../src/workflow/define.ts";

type Backups = Trades["backups"];
type TakePlan = Awaited<ReturnType<Backups["planTake"]>>;
type Taken = Awaited<ReturnType<Backups["takeVolumes"]>>;

/** What a backup came to, for the story that asked for it. */
export type TakenBackup = ProvenEnd & { backup: string; repository: string };
type ProvenEnd = Exclude<ReturnType<Backups["prove"]>, { state: "failed" }>;

const hookEnds = [hookFailed, hookWithoutContainer, commandTookTooLong, commandStillRuns].map(
  ({ code }) => code,
);

/** Longer than any backup; a helper lasts for a day. A hook has a limit of its own, by the settings. */
const longest = "12h";

/**
 * Takes a backup of an app and proves it. It has no lock of its own: whoever begins it holds `app X`. When it fails,
 * the app runs as before, the hooks after it have run, and nothing of it is left in the repository.
 */
export default workflow({
  input: z.strictObject({ app: AppDomain, cause: z.enum(["asked", "schedule", "upgrade", "restore"]) }),
  outline: ["plan", "begin", "take", "prove", "write it down"],

  async run(tools, { app, cause }): Promise<TakenBackup> {
    const { step, tx, backups, run } = tools;
    const plan = await step("plan", () => backups.planTake(app));
    let why = "It was cut off.";
    await step("begin", () => void backups.begin(plan, run.id, { cause, askedBy: run.askedBy }), {
      undo: async (_, { signal }) => {
        try {
          await backups.untake(plan, run.id, signal);
        } finally {
          // Whatever was left behind, no backup is under way for ever.
          backups.end(run.id, { state: "failed", reason: why });
        }
      },
    });
    try {
      const taken = await betweenHooks(tools, plan);
      const end = await step("prove", () => backups.prove(plan, run.id, taken));
      await tx("write it down", () => backups.end(run.id, end));
      return { ...(end as ProvenEnd), backup: run.id, repository: plan.repository };
    } catch (thrown) {
      if (thrown instanceof Problem) why = thrown.text.happened;
      throw thrown;
    }
  },
});

/** The hooks after it run whatever happens; where they were what failed, they are not run once more. */
async function betweenHooks(tools: Tools & Trades, plan: TakePlan): Promise<Taken[]> {
  const { step, backups, run } = tools;
  const { preHooks, postHooks } = plan;
  if (preHooks.length + postHooks.length === 0) return atRest(tools, plan);
  let haveFailed = false;
  const pre = (context: StepContext) => backups.preHooks(plan, run.id, againOf(context));
  const post = (context: StepContext) => backups.postHooks(plan, run.id, againOf(context));
  await step("hooks before", pre, {
    timeout: longest,
    undo: (_, context) =>
      haveFailed ? undefined : backups.postHooks(plan, run.id, { ...againOf(context), anyway: true }),
  });
  const taken = await atRest(tools, plan);
  try {
    await step("hooks after", post, { timeout: longest });
  } catch (thrown) {
    haveFailed = isOneOf(thrown, hookEnds);
    throw thrown;
  }
  return taken;
}

/** Dumps while it runs; then the volumes, for which it is stopped where its policy says so. */
async function atRest(tools: Tools & Trades, plan: TakePlan): Promise<Taken[]> {
  const { step, backups, run } = tools;
  const isStopped = plan.mode === "stopped";
  const parts: Taken[] = [];
  if (isStopped || plan.dumps.length > 0) {
    const work = (context: StepContext) => backups.takeRunning(plan, run.id, againOf(context));
    parts.push(await step("take what must run", work, { timeout: longest }));
  }
  let isTried = false;
  if (isStopped) {
    await step("stop it", ({ signal }) => backups.stop(plan, signal), {
      undo: (_, { signal }) => (isTried ? undefined : backups.startAgain(plan, signal)),
    });
  }
  const volumes = (context: StepContext) => backups.takeVolumes(plan, run.id, againOf(context));
  parts.push(await step("take", volumes, { timeout: longest }));
  try {
    if (isStopped) await step("start it again", ({ signal }) => backups.startAgain(plan, signal));
  } catch (thrown) {
    isTried = isOneOf(thrown, [backupNotBack.code]);
    throw thrown;
  }
  return parts;
}

/** A command that was begun before may go on in its container: nobody who stops listening ends it. */
function againOf({ signal, attempt }: StepContext): { signal: AbortSignal; isAgain: boolean } {
  return { signal, isAgain: attempt > 1 };
}

function isOneOf(thrown: unknown, codes: readonly string[]): boolean {
  return thrown instanceof Problem && codes.includes(thrown.code);
}
