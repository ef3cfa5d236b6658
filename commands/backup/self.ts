import { command, start } from "../../src/router/define.ts";
import backupSelf from "../../workflows/backup-self.ts";

export default command({
  summary: "Back up Tandem itself: members, approvals, audit, settings of apps, its identity in Matrix.",
  example: "backup self",
  role: "operator",
  args: {},
  run: ({ backups }) => {
    backups.selfRepository();
    return start(backupSelf, {});
  },
});
