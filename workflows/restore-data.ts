import { z } from "zod";
import { restoreDidNotComeUp } from "../src/core/problems/restoring.ts";
import { AppDomain } from "../src/core/terms.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";
import { laterHooks } from "./parts/later-hooks.ts";

type DataPlan = Awaited<ReturnType<Trades["backups"]["planData"]>>;
type Verdict = Awaited<ReturnType<Trades["backups"]["verdictRestored"]>>;

export interface RestoredData {
  seconds: number;
  /** What was replayed, and what had to be left out, in sentences. */
  lines: string[];
}

/** Longer than any restore; a helper lasts for a day. */
export const longest = "12h";

/**
 * The data of an app becomes that of a backup again: stop, empty, fill, replay, start, verdict. It asks nobody, holds
 * no lock and takes no backup of the present: whoever starts it (`restore`, an upgrade that failed) has done that, and
 * knows the way back. When it fails, the app is started as it was, with whatever its volumes hold by then.
 */
export default workflow({
  input: z.strictObject({
    app: AppDomain,
    backup: z.string(),
    volume: z.string().optional(),
    path: z.string().optional(),
    /** The run that has begun it, for the audit. */
    within: z.string().optional(),
  }),
  outline: [
    "look",
    "look for room",
    "run what the recipe wants first",
    "stop it",
    "fill the volumes",
    "start it",
    "watch",
  ],

  async run(tools, { within, ...wish }): Promise<RestoredData> {
    const { step, tx, apps, backups, run } = tools;
    const plan = await step("look", () => backups.planData(wish, run.id));
    const { app, backup } = plan;
    await step("look for room", ({ signal }) => backups.assertRoom(plan, run.id, signal));
    const left = await step("run what the recipe wants first", ({ signal }) =>
      backups.runRestorePreHooks(plan, signal),
    );
    await step("stop it", ({ signal }) => backups.haltForRestore(plan, signal), {
      undo: () => backups.startAsBefore(plan),
    });
    // From here on the present is gone; whoever knows the way back finds that by this entry.
    const volumes = plan.volumes.map(({ into }) => into);
    await tx("write down that it is overwritten", () =>
      apps.note(app, run, "app.data-overwritten", { backup, volumes, ...(within && { within }) }),
    );
    await step("fill the volumes", ({ signal }) => backups.fillVolumes(plan, run.id, { signal }), {
      timeout: longest,
      undo: (_, { signal }) => backups.dropRestoreHelpers(plan, run.id, signal),
    });
    const { first } = plan;
    const ran: string[] = [];
    if (first.length > 0) {
      await step("start its database", () => backups.startAsBefore(plan, first));
      const up = await step("wait for its database", ({ signal }) =>
        backups.verdictRestored(plan, { signal, services: first }),
      );
      assertUp(plan, up);
      const replayed = await step("replay", ({ signal }) => backups.replay(plan, run.id, { signal }), {
        timeout: longest,
        undo: (_, { signal }) => backups.dropRestoreHelpers(plan, run.id, signal),
      });
      ran.push(...replayed.ran);
    }
    await step("start it", () => backups.startAsBefore(plan));
    const verdict = await step("watch", ({ signal }) => backups.verdictRestored(plan, { signal }));
    assertUp(plan, verdict);
    ran.push(...(await laterHooks(tools, plan)));
    return { seconds: verdict.seconds, lines: [...left, ...ran] };
  },
});

function assertUp({ app, backup }: DataPlan, { outcome, reason, lastLines = [] }: Verdict): void {
  if (outcome === "converged") return;
  const why = (reason ?? "it did not say why").replace(/\.$/, "");
  throw restoreDidNotComeUp({ app, backup, reason: why, lastLines });
}
