import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { drillFailed } from "../src/core/problems/restoring.ts";
import { messageOf, Problem } from "../src/core/problem.ts";
import { AppDomain } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";
import drillTrial from "./drill-trial.ts";

/**
 * Tries out a restore beside the app and writes down what was found. One at a time per app; what works on the app
 * itself need not wait for it, because nothing of the app is touched.
 */
export default workflow({
  input: z.strictObject({ app: AppDomain, backup: z.string().optional() }),
  lock: ({ app }) => `drill ${app}`,
  outline: ["choose the backup", "try it out", "write down how it went"],

  async run({ step, tx, child, backups, run }, wish): Promise<Message> {
    const { app } = wish;
    const { id: backup, startedAt } = await step("choose the backup", () => {
      const { id, startedAt } = backups.chosen(app, wish.backup);
      return { id, startedAt };
    });
    await tx("write it down", () => backups.beginDrill(run.id, app, backup));
    let proof: string[];
    try {
      proof = await child("try it out", drillTrial, { app, backup });
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const reason = messageOf(thrown);
      await tx("write down that it failed", () =>
        backups.endDrill(run.id, { outcome: "failed", reason, proof: [] }, run.askedBy),
      );
      throw drillFailed({ app, backup, reason }, thrown);
    }
    await tx("write down how it went", () =>
      backups.endDrill(run.id, { outcome: "passed", reason: null, proof }, run.askedBy),
    );
    const when = `${startedAt.slice(0, 16).replace("T", " ")} UTC`;
    return say(`The restore of ${app} was tried out and works: backup \`${backup}\` of ${when}.`, {
      list: proof,
      next: `To restore it in earnest: \`app restore ${app} ${backup}\``,
    });
  },
});
