import { AppDomain } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import backup from "../../workflows/backup.ts";

export default command({
  summary: "Back up an app now: its volumes, settings and secrets, proven after it was taken.",
  example: "app backup notes.example.coop",
  role: "maintainer",
  args: { app: AppDomain },
  run: ({ args, apps }) => start(backup, { app: apps.get(args.app).domain, cause: "asked" }),
});
