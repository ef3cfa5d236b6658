import { AppDomain, RecipeVersion } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import upgrade from "../../workflows/upgrade.ts";

export default command({
  summary: "Upgrade an app to a newer version, the newest unless one is named. Maintainers agree first.",
  example: "app upgrade notes.example.coop 1.1.0+1.0.0",
  role: "member",
  args: { app: AppDomain, version: RecipeVersion.optional() },
  run: ({ args, apps }) => start(upgrade, { ...args, app: apps.get(args.app).domain }),
});
