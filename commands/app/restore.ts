import { z } from "zod";
import { BackupId } from "../../src/core/backup-terms.ts";
import { AppDomain, ServerName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import restore from "../../workflows/restore.ts";

export default command({
  summary:
    "Bring an app back from a backup: its data where it is, or all of it elsewhere. A maintainer agrees first.",
  example: "app restore cloud.example.coop bakor --as new.example.coop",
  role: "member",
  args: {
    app: AppDomain,
    backup: BackupId.optional().describe("the newest proven one unless named"),
    volume: z.string().max(255).optional().describe("only this volume, by its short name"),
    path: z.string().max(1000).optional().describe("only this file or folder of the volume"),
    to: ServerName.optional().describe("bring it up on this server; the old app stays"),
    as: AppDomain.optional().describe("bring it up under this domain; the old app stays"),
    withoutBackup: z
      .boolean()
      .default(false)
      .describe("take no backup of the present first: for an app too broken to be backed up"),
  },
  flags: ["volume", "path", "to", "as", "withoutBackup"],
  run: ({ args, backups, servers }) => {
    const { app, ...rest } = args;
    // What can be answered at once is: a backup that is not there needs no run.
    backups.chosen(app, args.backup);
    if (args.to !== undefined) servers.get(args.to);
    return start(restore, { app, ...rest });
  },
});
