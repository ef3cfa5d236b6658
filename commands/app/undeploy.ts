import { z } from "zod";
import { AppDomain } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import undeploy from "../../workflows/undeploy.ts";

export default command({
  summary: "Take an app off its server. Its data stays, unless you say --volumes. A maintainer agrees first.",
  example: "app undeploy notes.example.coop",
  role: "member",
  args: { app: AppDomain, volumes: z.boolean().default(false).describe("delete its data as well") },
  flags: ["volumes"],
  run: ({ args, apps }) => {
    const app = apps.get(args.app).domain;
    return start(undeploy, { ...args, app });
  },
});
