import { HostName, NodeName, Port } from "../../src/core/server-terms.ts";
import { ServerName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import addNode from "../../workflows/server-add-node.ts";

export default command({
  summary:
    "Make the way to another node of a server's Swarm known. A maintainer compares its host key and agrees.",
  example: "server add-node swarm-2 swarm-2b swarm-2b.example.coop",
  role: "operator",
  args: { server: ServerName, node: NodeName, host: HostName, port: Port.default(22) },
  flags: ["port"],
  run: ({ args, servers }) => {
    servers.addressOf(args.server);
    return start(addNode, args);
  },
});
