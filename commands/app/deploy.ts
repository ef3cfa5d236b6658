import { z } from "zod";
import { commitWithoutChaos } from "../../src/core/problems/apps.ts";
import { AppDomain, RecipeCommit, RecipeVersion } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import deploy from "../../workflows/deploy.ts";

export default command({
  summary:
    "Deploy an app: the first time, to another version, or with changed settings. A maintainer agrees first.",
  example: "app deploy notes.example.coop 1.1.0+1.0.0",
  role: "member",
  args: {
    app: AppDomain,
    version: z
      .union([RecipeVersion, RecipeCommit], { error: "a recipe's version, or with --chaos a commit" })
      .optional(),
    chaos: z
      .boolean()
      .default(false)
      .describe("a commit that is no release: the one named, or the head of the recipe's default branch"),
    noDomainChecks: z
      .boolean()
      .default(false)
      .describe("do not compare its names with its server's addresses"),
  },
  flags: ["chaos", "noDomainChecks"],
  run: ({ args: { version, ...args }, apps }) => {
    const app = apps.get(args.app).domain;
    if (args.chaos) return start(deploy, { ...args, app, commit: version });
    if (version !== undefined && !RecipeVersion.safeParse(version).success) {
      throw commitWithoutChaos({ app, commit: version });
    }
    return start(deploy, { ...args, app, version });
  },
});
