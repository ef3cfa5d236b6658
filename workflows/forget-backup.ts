import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { BackupId } from "../src/core/backup-terms.ts";
import { hashOf } from "../src/core/canonical.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";
import { agreed, onceMore } from "./parts/agreed.ts";

type BeforeForgetting = ReturnType<Trades["backups"]["beforeForgetting"]>;

/** Removes one backup for good. Its question says so when it is the only proven one of its app. */
export default workflow({
  input: z.strictObject({ backup: BackupId }),
  lock: ({ backup }) => `backup ${backup}`,
  outline: ["look at it", "approval", "look again", "forget it", "free its room", "write it down"],

  async run(tools, { backup }) {
    const { step, tx, run, backups } = tools;
    const first = await step("look at it", () => backups.beforeForgetting(backup));
    const facts = await agreed(tools, first, {
      subject: first.app,
      check: "look again",
      again: () => Promise.resolve(backups.beforeForgetting(backup)),
      hash: hashOf,
      question: (known, isChanged) => ({
        ask: question(backup, known, isChanged),
        from: "maintainer",
        weight: "grave",
      }),
    });
    const { repository, snapshots } = facts;
    await step("forget it", ({ signal }) => backups.removeOld(repository, snapshots, run.id, signal), {
      timeout: "12h",
    });
    await tx("write down that it is gone", () => backups.mark(backup, "forgotten", null));
    await step("free its room", ({ signal }) => backups.freeRoom(repository, run.id, signal), {
      timeout: "12h",
    });
    await tx("write it down", () =>
      backups.recordCare({
        repository,
        kind: "forget",
        run: run.id,
        outcome: "ok",
        words: `${backup} of ${facts.app}, as was asked`,
        forgotten: [backup],
        who: run.askedBy,
      }),
    );
    return say(`The backup ${backup} of ${facts.app} is removed from ${facts.repository}.`, {
      next: `Those that are left: \`backup list ${facts.app}\``,
    });
  },
});

function question(backup: string, known: BeforeForgetting, isChanged: boolean): Message {
  const { app, repository, takenAt, state, isOnlyProven, newestOther } = known;
  const time = (iso: string): string => `${iso.slice(0, 16).replace("T", " ")} UTC`;
  const again = onceMore(isChanged, "What is known of it");
  return say(`${again}Remove the backup ${backup} of ${app} from ${repository} for good?`, {
    list: [
      `It was taken at ${time(takenAt)} and is ${state}.`,
      isOnlyProven
        ? `It is the only proven backup of ${app}: without it there is none to restore from.`
        : newestOther === null
          ? `There is no proven backup of ${app}, with it or without it.`
          : `The newest proven one that stays is of ${time(newestOther)}.`,
      "Nothing brings it back.",
    ],
  });
}
