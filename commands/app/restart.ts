import { AppDomain, ServiceName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import restart from "../../workflows/restart.ts";

export default command({
  summary: "Restart an app, or one service of it, and watch whether it comes up again.",
  example: "app restart notes.example.coop app",
  role: "maintainer",
  args: { app: AppDomain, service: ServiceName.optional() },
  run: ({ args, apps }) => start(restart, { ...args, app: apps.get(args.app).domain }),
});
