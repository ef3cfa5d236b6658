import { ServerName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import serverRemove from "../../workflows/server-remove.ts";

export default command({
  summary: "Take a server without apps out of the inventory. A maintainer agrees first.",
  example: "server remove swarm-2",
  role: "operator",
  args: { server: ServerName },
  run: ({ args, servers }) => {
    servers.assertUnused(args.server);
    return start(serverRemove, args);
  },
});
