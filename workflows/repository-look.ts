import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { RepositoryName } from "../src/core/backup-terms.ts";
import { workflow } from "../src/workflow/define.ts";

/** Looks whether a repository can be reached and opened. Nothing is written there. */
export default workflow({
  input: z.strictObject({ name: RepositoryName }),
  outline: ["open it"],

  async run({ step, backups, run }, { name }) {
    const { snapshots, locks } = await step("open it", () =>
      backups.openRepository(backups.repository(name), run.id, false),
    );
    const held = snapshots === 1 ? "one snapshot" : `${snapshots} snapshots`;
    return say(`${name} can be reached, its password is right, and it holds ${held}.`, {
      list: locks.map((lock) => `It has ${lock}.`),
      ...(locks.length > 0 && {
        notes:
          "A lock is there while somebody works in it. One that nobody holds any more stops old backups from being " +
          "removed; Tandem takes away those of its own helpers by itself, and leaves those of others to them.",
      }),
      next: "Whether its data is whole is looked at once a week.",
    });
  },
});
