import { AppDomain, SecretName } from "../../../src/core/terms.ts";
import { command, start } from "../../../src/router/define.ts";
import remove from "../../../workflows/secret/remove.ts";

export default command({
  summary:
    "Remove a secret of an app, or all that no service uses. Two steps: a maintainer types the app's name.",
  example: "app secret remove notes.example.coop db_password",
  role: "member",
  args: {
    app: AppDomain,
    secret: SecretName.optional().describe("the recipe's name for it, or its name in the swarm"),
  },
  run: ({ args, apps }) => start(remove, { ...args, app: apps.get(args.app).domain }),
});
