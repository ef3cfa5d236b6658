import { AppDomain } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import remove from "../../workflows/remove.ts";

export default command({
  summary: "Remove an app with its data, secrets and settings. A maintainer types its name first.",
  example: "app remove notes.example.coop",
  role: "member",
  args: { app: AppDomain },
  run: ({ args, apps }) => start(remove, { app: apps.get(args.app).domain }),
});
