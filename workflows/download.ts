import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { hashOf } from "../src/core/canonical.ts";
import { workflow } from "../src/workflow/define.ts";
import { mb } from "./parts/restoring.ts";

/**
 * Allows one person to download a backup once. What is handed out is all of an app's data, so another maintainer
 * agrees; the link itself is told to that person alone, by the same command said once more.
 */
export default workflow({
  input: z.strictObject({
    backup: z.string(),
    volume: z.string().optional(),
    plain: z.boolean().default(false),
  }),
  outline: ["look", "approval", "allow it"],

  async run({ step, tx, approval, backups, run }, wish): Promise<Message> {
    const { backup, volume, plain } = wish;
    const about = await step("look", () => {
      const { app, startedAt, bytes } = backups.get(backup);
      backups.chosen(app, backup);
      return { app, startedAt, bytes };
    });
    const { app, startedAt, bytes } = about;
    await approval({
      ask: say(`Hand out the backup \`${backup}\` of ${app} to ${run.askedBy ?? "nobody"}?`, {
        list: [
          `It is of ${startedAt.slice(0, 16).replace("T", " ")} UTC${bytes === null ? "" : `, ${mb(bytes)}`}.`,
          ...whatLeaves(wish),
        ],
      }),
      from: "maintainer",
      weight: "grave",
      binds: hashOf(wish),
      subject: app,
    });
    await tx("allow it", () => backups.allowDownload(wish, run));
    const options = `${volume === undefined ? "" : ` --volume ${volume}`}${plain ? " --plain" : ""}`;
    const again = `\`backup download ${backup}${options}\``;
    return say(`The backup \`${backup}\` of ${app} may be downloaded once, within an hour.`, {
      next: `${run.askedBy ?? "The asker"} says it once more, and gets the link alone: ${again}`,
    });
  },
});

/** What is in the file, how it is kept, and what of the backup is not in it. */
function whatLeaves({ volume, plain }: { volume?: string | undefined; plain: boolean }): string[] {
  const isWhole = volume === undefined;
  const named = "`tandem/READ-ME.txt` in the file names it.";
  const what = isWhole ? "All of its data" : `The volume \`${volume}\``;
  const secrets = isWhole ? " The values of its secrets are in it." : "";
  return [
    `${what} leaves the servers; whoever has the file can read it for ever.`,
    plain
      ? "**The file is not encrypted.**"
      : `It is encrypted with a passphrase that only the asker is shown.${secrets}`,
    ...(isWhole
      ? []
      : [`Nothing else of the backup is in it: no other volume, no database, no secret. ${named}`]),
    ...(isWhole && plain
      ? [
          "In it are the volumes, dumps of databases, and what the old label `backupbot.backup.path` took out of " +
            "containers (under `tandem/containers`, which other programs do not know).",
          `Not in it: the values of its secrets, and its settings. ${named}`,
        ]
      : []),
  ];
}
