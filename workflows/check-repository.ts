import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { RepositoryName } from "../src/core/backup-terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { caredFor } from "./parts/cared-for.ts";

/** Looks whether a repository is whole: its structure, and a 52nd of its data. */
export default workflow({
  input: z.strictObject({ repository: RepositoryName }),
  lock: ({ repository }) => `repository ${repository}`,

  async run(tools, { repository }) {
    const { run, tx, backups } = tools;
    const words = await caredFor(tools, { repository, kind: "check" }, "check its data", ({ signal }) =>
      backups.checkData(repository, run.id, signal),
    );
    await tx("write it down", () =>
      backups.recordCare({ repository, kind: "check", run: run.id, outcome: "ok", words }),
    );
    return say(`The repository ${repository} was checked: ${words}.`);
  },
});
