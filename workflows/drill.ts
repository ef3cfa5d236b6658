import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import {
  repositoryKeyRefused,
  repositoryLocked,
  repositoryUnreachable,
} from "../src/core/problems/backups.ts";
import {
  drillCancelled,
  drillFailed,
  drillUndecided,
  restoreDiskFull,
  restoreNoRoom,
  restoreWouldBeEmpty,
} from "../src/core/problems/restoring.ts";
import {
  hostKeyChanged,
  serverLoginRefused,
  serverNotReached,
  sshKeyUnusable,
} from "../src/core/problems/servers.ts";
import { dockerDown, nodeNotReached, notAManager } from "../src/core/problems/swarm.ts";
import { messageOf, Problem } from "../src/core/problem.ts";
import { runCancelled } from "../src/core/problems/workflow.ts";
import { AppDomain } from "../src/core/terms.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";
import drillTrial from "./drill-trial.ts";
import { isCancel } from "./parts/one-by-one.ts";

/** Problems that have nothing to do with what is in the backup. */
const ofTheGround: ReadonlySet<string> = new Set(
  [
    ...[dockerDown, notAManager, nodeNotReached],
    ...[serverNotReached, serverLoginRefused, sshKeyUnusable, hostKeyChanged],
    ...[restoreNoRoom, restoreDiskFull],
    ...[repositoryUnreachable, repositoryKeyRefused, repositoryLocked],
  ].map(({ code }) => code),
);

type DrillEnd = Parameters<Trades["backups"]["endDrill"]>[1];
type DrillMeaning = ReturnType<Trades["backups"]["endDrill"]>;

/**
 * Tries out a restore beside the app and writes down what was found. One at a time per app; what works on the app
 * itself need not wait for it, because nothing of the app is touched. One that somebody cancels, or that the server or
 * the repository is in the way of, is written down as that: it shows neither that the backup works nor that it does
 * not.
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
    const write = async (how: string, end: DrillEnd): Promise<DrillMeaning> => {
      const change = (): DrillMeaning => backups.endDrill(run.id, end, run.askedBy);
      try {
        return await tx(`write down ${how}`, change);
      } catch (thrown) {
        // A cancel is told once, here as well: what was found is found, and no drill stays under way for ever.
        if (thrown instanceof Problem) await tx(`write down ${how} all the same`, change);
        throw thrown;
      }
    };
    let proof: string[] | null = null;
    let meaning: DrillMeaning | undefined;
    try {
      proof = await child("try it out", drillTrial, { app, backup });
      meaning = await write("how it went", { outcome: "passed", reason: null, proof });
    } catch (thrown) {
      if (!(thrown instanceof Problem) || proof !== null) throw thrown;
      const reason = messageOf(thrown);
      if (isCancel(thrown)) {
        await write("that it was cancelled", { outcome: "cancelled", reason, proof: [] });
        // A cancel of this run goes on being one; one of the trial alone is told with what it means.
        throw thrown.code === runCancelled.code ? thrown : drillCancelled({ app, backup, reason }, thrown);
      }
      if (ofTheGround.has(thrown.after ?? thrown.code)) {
        await write("that it is undecided", { outcome: "undecided", reason, proof: [] });
        throw drillUndecided({ app, backup, reason }, thrown);
      }
      await write("that it failed", { outcome: "failed", reason, proof: [] });
      // It says itself what it means, and that nothing was tried out.
      throw thrown.code === restoreWouldBeEmpty.code ? thrown : drillFailed({ app, backup, reason }, thrown);
    }
    const when = `${startedAt.slice(0, 16).replace("T", " ")} UTC`;
    return say(`The restore of ${app} was tried out and works: backup \`${backup}\` of ${when}.`, {
      list: [...proof, ...meaningWords(meaning)],
      next:
        meaning?.state === "doubtful"
          ? `Mend what is named, and take another one: \`app backup ${app}\``
          : `To restore it in earnest: \`app restore ${app} ${backup}\``,
    });
  },
});

/** Runs of earlier versions have written down nothing here. */
function meaningWords(meaning: DrillMeaning | undefined): string[] {
  if (meaning == null) return [];
  const { state, reason } = meaning;
  return state === "proven"
    ? ["It was doubtful, and counts as proven from now on."]
    : [`**It stays doubtful**, because a drill cannot answer why: ${reason ?? "it does not say why."}`];
}
