import { BackupId } from "../../src/core/backup-terms.ts";
import { command, start } from "../../src/router/define.ts";
import forgetBackup from "../../workflows/forget-backup.ts";

export default command({
  summary: "Remove one backup for good. A maintainer agrees.",
  example: "backup forget bakor",
  role: "maintainer",
  args: { backup: BackupId },
  run: ({ args, backups }) => {
    backups.beforeForgetting(args.backup);
    return start(forgetBackup, args);
  },
});
