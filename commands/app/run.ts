import { z } from "zod";
import { AppDomain, ServiceName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import exec from "../../workflows/exec.ts";

export default command({
  summary:
    "Run a command in the container of a service. Another maintainer agrees first; it is written down.",
  example: "app run notes.example.coop app -- ls -l /srv",
  role: "maintainer",
  args: {
    app: AppDomain,
    service: ServiceName,
    command: z.array(z.string()).min(1).describe("the command and its words, after --"),
    user: z.string().max(100).optional().describe("who runs it there, such as www-data"),
  },
  flags: ["user"],
  rest: "words",
  run: ({ args: { app, service, command: argv, user }, apps }) => {
    const input = { app: apps.get(app).domain, service, argv, isFunction: false };
    return start(exec, { ...input, ...(user !== undefined && { user }) });
  },
});
