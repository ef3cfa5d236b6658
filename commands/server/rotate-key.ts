import { NodeName } from "../../src/core/server-terms.ts";
import { ServerName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import rotateKey from "../../workflows/server-rotate-key.ts";

export default command({
  summary:
    "Agree to the new host key of a server, or of one of its nodes. A maintainer compares it and agrees.",
  example: "server rotate-key swarm-2",
  role: "operator",
  args: { server: ServerName, node: NodeName.optional() },
  run: ({ args, servers }) => {
    servers.addressOf(args.server);
    return start(rotateKey, args);
  },
});
