import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { RepositoryName } from "../src/core/backup-terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { caredFor } from "./parts/cared-for.ts";

/**
 * Removes the backups of a repository that no app's policy keeps, and frees their room. Its result is kept. What is
 * gone is written down before the room is freed, which takes longest and may fail: a row would promise what is not
 * there.
 */
export default workflow({
  input: z.strictObject({ repository: RepositoryName }),
  lock: ({ repository }) => `repository ${repository}`,

  async run(tools, { repository }) {
    const { run, tx, backups } = tools;
    const care = { repository, kind: "forget" as const };
    const old = await caredFor(tools, care, "look what is too old", ({ signal }) =>
      backups.tooOld(repository, run.id, signal),
    );
    await caredFor(tools, care, "forget what is too old", ({ signal }) =>
      backups.removeOld(repository, old.snapshots, run.id, signal),
    );
    await tx("write down what is gone", () => {
      for (const id of old.backups) backups.mark(id, "forgotten", null);
    });
    // Also where nothing was forgotten: a backup that was cut off has left data that belongs to none.
    await caredFor(tools, care, "free its room", ({ signal }) =>
      backups.freeRoom(repository, run.id, signal),
    );
    const count = old.backups.length;
    const words = count === 0 ? "nothing was too old" : count === 1 ? "one backup" : `${count} backups`;
    await tx("write it down", () =>
      backups.recordCare({ ...care, run: run.id, outcome: "ok", words, forgotten: old.backups }),
    );
    return say(`What was too old in ${repository} is forgotten: ${words}.`);
  },
});
