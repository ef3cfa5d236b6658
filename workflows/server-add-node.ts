import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { hashOf } from "../src/core/canonical.ts";
import { HostName, NodeName, Port } from "../src/core/server-terms.ts";
import { ServerName } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";

/**
 * Makes the way to another node of a server's Swarm known, so that commands and volumes there can be had. It is
 * logged in to with the account and the key of the server.
 */
export default workflow({
  input: z.strictObject({ server: ServerName, node: NodeName, host: HostName, port: Port }),
  lock: ({ server }) => `server ${server}`,
  outline: ["read the host key", "approval", "write it down"],

  async run({ step, tx, approval, servers, run }, { server, node, host, port }) {
    const { user, shown } = await step("read the host key", async () => {
      await servers.assertNode(server, node);
      return { user: servers.addressOf(server).user, shown: await servers.probe({ host, port }) };
    });
    await approval({
      ask: say(`Let Tandem log in to ${node}, a node of ${server}, at ${host}, port ${port}?`, {
        list: [
          `It logs in as \`${user}\` with the key of ${server}.`,
          `The machine shows the ${shown.kind} host key \`${shown.fingerprint}\``,
          "Compare it before you agree, on the machine's own console and not over this network: " +
            `\`ssh-keygen -lf /etc/ssh/ssh_host_${shown.kind.toLowerCase()}_key.pub\``,
        ],
      }),
      from: "maintainer",
      weight: "grave",
      binds: hashOf({ server, node, host, port, hostKey: shown.fingerprint }),
      subject: server,
    });
    await tx("write it down", () =>
      servers.addNode(run.askedBy ?? "schedule", server, {
        hostname: node,
        host,
        port,
        hostKey: shown.fingerprint,
      }),
    );
    return say(`${node} of ${server} can be reached now.`, {
      next: `To see that: \`server check ${server}\``,
    });
  },
});
