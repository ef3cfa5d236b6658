import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { restartFailed } from "../src/core/problems/care.ts";
import { AppDomain, ServiceName } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";

/**
 * New containers from the same specs, with a verdict as for a deploy. There is no undo: what ran before is what
 * runs afterwards.
 */
export default workflow({
  input: z.strictObject({ app: AppDomain, service: ServiceName.optional() }),
  lock: ({ app }) => `app ${app}`,
  outline: ["look", "restart", "watch", "write it down"],

  async run({ step, tx, apps, run }, { app, service }) {
    const plan = await step("look", () => apps.planRestart(app, service ?? null));
    await step("restart", () => apps.applyLive(app, plan, { run: run.id, askedBy: run.askedBy }));
    const verdict = await step("watch", ({ signal }) => apps.verdictLive(app, plan, { signal }));
    const services = plan.changes.filter(({ change }) => change === "update").map((one) => one.service);
    await tx("write it down", () =>
      apps.note(app, run, "app.restarted", { services, outcome: verdict.outcome }),
    );
    const what = services.join(", ");
    if (verdict.outcome !== "converged") {
      const { reason = "it did not say why", lastLines = [] } = verdict;
      throw restartFailed({ app, what, reason: reason.replace(/\.$/, ""), lastLines });
    }
    return say(`${what} of ${app} restarted, healthy after ${Math.round(verdict.seconds)} s.`, {
      next: `What it says: \`app logs ${app}\``,
    });
  },
});
