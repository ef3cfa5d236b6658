import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { BackupId } from "../../src/core/backup-terms.ts";
import { command, start } from "../../src/router/define.ts";
import download from "../../workflows/download.ts";

export default command({
  summary:
    "Download a backup as one file: a maintainer agrees, then the same words give you a link, to you alone.",
  example: "backup download bakor",
  role: "maintainer",
  givesKeys: true,
  verified: true,
  args: {
    backup: BackupId,
    volume: z.string().max(255).optional().describe("only this volume, by its short name"),
    plain: z.boolean().default(false).describe("not encrypted, in the layout of other backup programs"),
  },
  flags: ["volume", "plain"],
  run: ({ args, by, backups }) => {
    const { app } = backups.get(args.backup);
    backups.chosen(app, args.backup);
    if (!backups.isDownloadAllowed(by.member.name, args)) return start(download, args);
    const { link, passphrase, name } = backups.downloadLink(by.member.name, args);
    return {
      kind: "private" as const,
      message: say(`This link leads to ${name}, once and within the hour. Show it to nobody: ${link}`, {
        ...(passphrase !== null && {
          list: [
            `To open it: \`openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 -in ${name} | tar xz\``,
            "It asks for this passphrase, which is kept nowhere:",
          ],
          reveal: passphrase,
        }),
      }),
      public: say(`A link to the backup \`${args.backup}\` of ${app} is on its way to you alone.`),
    };
  },
});
