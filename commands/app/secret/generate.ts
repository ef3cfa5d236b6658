import { AppDomain, SecretName } from "../../../src/core/terms.ts";
import { command, start } from "../../../src/router/define.ts";
import generate from "../../../workflows/secret/generate.ts";

export default command({
  summary: "Make the secrets of an app that do not exist yet, or one of them. Nobody sees their values.",
  example: "app secret generate notes.example.coop",
  role: "member",
  args: { app: AppDomain, secret: SecretName.optional() },
  run: ({ args, apps }) => start(generate, { ...args, app: apps.get(args.app).domain }),
});
