import { AppDomain, RecipeVersion } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import rollback from "../../workflows/rollback.ts";

export default command({
  summary: "Take an app back to an older version: the program, not its data. A maintainer agrees first.",
  example: "app rollback notes.example.coop 1.0.0+1.0.0",
  role: "member",
  args: {
    app: AppDomain,
    version: RecipeVersion.optional().describe("another than the last older one that ran well"),
  },
  run: ({ args, apps }) => start(rollback, { ...args, app: apps.get(args.app).domain }),
});
