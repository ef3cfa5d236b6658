import { AppDomain } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import drill from "../../workflows/drill.ts";
import { BackupId } from "../../src/core/backup-terms.ts";

export default command({
  summary:
    "Try out the restore of an app beside it, without touching it; the newest proven backup unless named.",
  example: "backup drill cloud.example.coop",
  role: "member",
  args: { app: AppDomain, backup: BackupId.optional() },
  run: ({ args: { app, backup }, backups }) => start(drill, { app, backup: backups.chosen(app, backup).id }),
});
