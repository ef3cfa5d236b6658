import { AppDomain, RecipeName, ServerName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import adopt from "../../workflows/adopt.ts";

export default command({
  summary:
    "Take over an app that abra deployed; which ones run is seen with app found. A maintainer agrees first.",
  example: "app adopt cloud.example.coop",
  role: "member",
  args: {
    app: AppDomain,
    server: ServerName.optional().describe("where it runs, when it is found on several"),
    recipe: RecipeName.optional().describe("when its labels do not say it"),
  },
  flags: ["server", "recipe"],
  run: ({ args }) => start(adopt, args),
});
