import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { workflow } from "../src/workflow/define.ts";
import { caredFor } from "./parts/cared-for.ts";

/** Backs up Tandem itself: its database while it is in use, its identity in Matrix, its settings and named folders. */
export default workflow({
  input: z.strictObject({}),
  lock: () => "backup of Tandem itself",
  outline: ["look for a place", "take it", "write it down"],

  async run(tools) {
    const { run, step, tx, backups } = tools;
    const repository = await step("look for a place", () => backups.selfRepository().name);
    const taken = await caredFor(tools, { repository, kind: "self" }, "take it", ({ signal }) =>
      backups.takeSelf(run.id, signal),
    );
    const words = `${taken.files} files, ${Math.ceil(taken.bytes / 1e6)} MB, snapshot ${taken.snapshot.slice(0, 8)}`;
    await tx("write it down", () =>
      backups.recordCare({ repository, kind: "self", run: run.id, outcome: "ok", words, who: run.askedBy }),
    );
    return say(`Tandem itself is backed up into ${repository}.`, {
      list: [words, ...taken.lines],
      next: "How it comes back on a bare machine: `help restoring-tandem`",
    });
  },
});
