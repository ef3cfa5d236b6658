import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { RepositoryName } from "../src/core/backup-terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { caredFor } from "./parts/cared-for.ts";

/** Removes the backups of a repository that no app's policy keeps, and frees their room. Its result is kept. */
export default workflow({
  input: z.strictObject({ repository: RepositoryName }),
  lock: ({ repository }) => `repository ${repository}`,

  async run(tools, { repository }) {
    const { run, tx, backups } = tools;
    const forgotten = await caredFor(
      tools,
      { repository, kind: "forget" },
      "forget what is too old",
      ({ signal }) => backups.forgetOld(repository, run.id, signal),
    );
    const count = forgotten.backups.length;
    const words = count === 0 ? "nothing was too old" : count === 1 ? "one backup" : `${count} backups`;
    await tx("write it down", () =>
      backups.recordCare({ repository, kind: "forget", run: run.id, outcome: "ok", words, forgotten }),
    );
    return say(`What was too old in ${repository} is forgotten: ${words}.`);
  },
});
