import { z } from "zod";
import { AppDomain, ServerName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import move from "../../workflows/move.ts";

export default command({
  summary: "Bring an app to another server, with its data. A maintainer agrees first.",
  example: "app move cloud.example.coop swarm-2",
  role: "member",
  args: {
    app: AppDomain,
    server: ServerName,
    withoutData: z
      .boolean()
      .default(false)
      .describe("leave its volumes where they are; there it begins empty"),
  },
  flags: ["withoutData"],
  run: ({ args, apps, servers }) => {
    const app = apps.get(args.app).domain;
    const { name } = servers.get(args.server);
    return start(move, { ...args, app, server: name });
  },
});
