import { AppDomain, RecipeVersion } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import deploy from "../../workflows/deploy.ts";

export default command({
  summary:
    "Deploy an app: the first time, to another version, or with changed settings. A maintainer agrees first.",
  example: "app deploy notes.example.coop 1.1.0+1.0.0",
  role: "member",
  args: { app: AppDomain, version: RecipeVersion.optional() },
  run: ({ args, apps }) => {
    const app = apps.get(args.app).domain;
    return start(deploy, { ...args, app });
  },
});
