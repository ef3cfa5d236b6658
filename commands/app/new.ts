import { AppDomain, RecipeName, RecipeVersion, ServerName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import register from "../../workflows/register.ts";

export default command({
  summary: "Make an app of a recipe at a domain; it is deployed afterwards.",
  example: "app new custom-html notes.example.coop",
  role: "member",
  args: {
    recipe: RecipeName,
    domain: AppDomain,
    server: ServerName.default("local" as ServerName).describe("where it shall run"),
    version: RecipeVersion.optional().describe("another than the newest"),
  },
  flags: ["server", "version"],
  run: ({ args }) => start(register, args),
});
