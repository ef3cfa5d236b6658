import { z } from "zod";
import { AppDomain } from "../src/core/terms.ts";
import { reviveFailed } from "../src/core/problems/restoring.ts";
import { workflow, type StepContext, type Tools, type Trades } from "../src/workflow/define.ts";
import { laterHooks } from "./parts/later-hooks.ts";
import { longest } from "./restore-data.ts";
import { mb, upper, type AnewPlan } from "./parts/restoring.ts";

type Filled = Awaited<ReturnType<Trades["backups"]["fillRevived"]>>;
type Compared = Filled["compared"][number];

/**
 * The restore itself that a drill tries out: a throw-away stack beside the app, filled, replayed, watched, compared and
 * removed again. Whatever fails, nothing of it stays. Answers the proof, in sentences.
 */
export default workflow({
  input: z.strictObject({ app: AppDomain, backup: z.string() }),
  outline: ["plan", "fill its volumes and secrets", "deploy it", "watch", "remove everything"],

  async run(tools, { app, backup }): Promise<string[]> {
    const { step, backups, run } = tools;
    const plan = await step("plan", () => backups.planDrill(app, backup, run.id));
    const clear = ({ signal }: StepContext): Promise<void> => backups.clearDrill(plan, run.id, signal);
    const undo = (_: unknown, context: StepContext): Promise<void> => clear(context);
    const filled = await step(
      "fill its volumes and secrets",
      ({ signal }) => backups.fillRevived(plan, run.id, { signal, compare: true }),
      { timeout: longest, undo },
    );
    await step("deploy it", ({ key }) => backups.deployRevived(plan, key), { undo });
    const replayed = await replayedIn(tools, plan, filled.ahead);
    const verdict = await step("watch", ({ signal }) => backups.verdictRevived(plan, { signal }));
    assertUp(plan, verdict);
    const later = await laterHooks(tools, plan.data);
    await step("remove everything", clear);
    return [
      ...countWords([...filled.compared, ...replayed.compared]),
      ...[...replayed.lines, ...later].map(upper),
      `It was healthy after ${Math.round(verdict.seconds)} s, with the same images, and was removed again.`,
      ...notShown(plan),
    ];
  },
});

/** What a restore leaves out; what is said of the deploy itself is nothing of a backup. */
function notShown({ warnings, deploy }: AnewPlan): string[] {
  return warnings.filter((one) => !deploy.warnings.includes(one)).map((one) => `Not shown: ${one}`);
}

async function replayedIn(
  { step, backups, run }: Tools & Trades,
  plan: AnewPlan,
  listed: Filled["ahead"],
): Promise<{ compared: Compared[]; lines: string[] }> {
  const { data } = plan;
  if (data.first.length === 0) return { compared: [], lines: [] };
  const up = await step("wait for its database", ({ signal }) =>
    backups.verdictRevived(plan, { signal, first: true }),
  );
  assertUp(plan, up);
  const left = await step("run what the recipe wants first", ({ signal }) =>
    backups.runRestorePreHooks(data, signal),
  );
  const { compared, ran } = await step(
    "replay",
    ({ signal }) => backups.replay(data, run.id, { signal, compare: true, listed }),
    { timeout: longest, undo: (_, { signal }) => backups.clearDrill(plan, run.id, signal) },
  );
  await step("start the rest", () => backups.beginRest(plan));
  return { compared, lines: [...left, ...ran] };
}

function countWords(compared: readonly Compared[]): string[] {
  if (compared.length === 0) return [];
  const sum = (of: (one: Compared) => number): number => compared.reduce((total, one) => total + of(one), 0);
  const [files, bytes] = [sum((one) => one.files), sum((one) => one.bytes)];
  const names = compared.map(({ volume }) => volume).join(", ");
  return [
    `${files} file${files === 1 ? "" : "s"} (${mb(bytes)}) came back into ${names}: as many as the snapshot has.`,
    files === 1
      ? "It was read back, and is the same by its SHA-256."
      : "Each was read back, and is the same by its SHA-256.",
  ];
}

function assertUp(
  { data }: AnewPlan,
  { outcome, reason, lastLines = [] }: Awaited<ReturnType<Trades["backups"]["verdictRevived"]>>,
): void {
  if (outcome === "converged") return;
  const why = (reason ?? "it did not say why").replace(/\.$/, "");
  throw reviveFailed({ app: data.app, server: data.server, backup: data.backup, reason: why, lastLines });
}
