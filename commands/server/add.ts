import { AbsolutePath, AccountName, HostName, Port } from "../../src/core/server-terms.ts";
import { ServerName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import serverAdd from "../../workflows/server-add.ts";

type AbsolutePath = ReturnType<typeof AbsolutePath.parse>;
type AccountName = ReturnType<typeof AccountName.parse>;

export default command({
  summary: "Make a server known that is reached over SSH. A maintainer compares its host key and agrees.",
  example: "server add swarm-2 swarm-2.example.coop --user tandem --key-file /etc/tandem/swarm-key",
  role: "operator",
  args: {
    name: ServerName,
    host: HostName,
    user: AccountName.default("tandem" as AccountName).describe("the account there, in the group docker"),
    port: Port.default(22),
    "key-file": AbsolutePath.optional().describe("private key on this machine; without it, the SSH agent"),
    socket: AbsolutePath.default("/var/run/docker.sock" as AbsolutePath).describe("the Docker socket there"),
  },
  flags: ["user", "port", "key-file", "socket"],
  run: ({ args: { "key-file": keyFile = null, ...rest } }) => start(serverAdd, { ...rest, keyFile }),
});
