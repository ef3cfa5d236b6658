import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { AppDomain } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { inBytes, inFiles } from "./parts/sizes.ts";
import takeBackup, { type TakenBackup } from "./take-backup.ts";

/** A backup of an app, proven after it was taken. Nobody is asked: nothing of the app is changed by it. */
export default workflow({
  input: z.strictObject({
    app: AppDomain,
    cause: z.enum(["asked", "schedule", "upgrade", "restore"]).default("asked"),
  }),
  lock: ({ app }) => `app ${app}`,
  outline: ["back up"],

  async run({ child }, { app, cause }) {
    return outcomeOf(app, await child("back up", takeBackup, { app, cause }));
  },
});

function outcomeOf(app: AppDomain, taken: TakenBackup): Message {
  const { backup, repository, state, reason, files, bytes, addedBytes, warnings, isAnswerable } = taken;
  const isProven = state === "proven";
  const held = `${inFiles(files)}, ${inBytes(bytes)}, of which ${inBytes(addedBytes)} are new in ${repository}`;
  return say(`The backup ${backup} of ${app} is ${isProven ? "proven" : "there, but doubtful"}: ${held}.`, {
    list: [
      ...(reason === null ? [] : [`**Doubtful:** ${reason} It is kept, and does not count as proven.`]),
      ...warnings.map((warning) => `Mind: ${warning}`),
    ],
    next: isProven
      ? `To go back to it: \`app restore ${app} ${backup}\``
      : isAnswerable === true
        ? `If it is right so: \`backup drill ${app} ${backup}\`. It counts as proven when that passes`
        : `Mend what is named, and take another one: \`app backup ${app}\``,
  });
}
