import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { hashOf } from "../src/core/canonical.ts";
import { nodeUnknown } from "../src/core/problems/servers.ts";
import { NodeName } from "../src/core/server-terms.ts";
import { ServerName } from "../src/core/terms.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";

/** Agrees to the new host key of a server, or of one of its nodes. The key is read without believing it. */
export default workflow({
  input: z.strictObject({ server: ServerName, node: NodeName.optional() }),
  lock: ({ server }) => `server ${server}`,
  outline: ["read the host key", "approval", "write it down", "check"],

  async run({ step, tx, approval, servers, run }, { server, node }) {
    const whose = node === undefined ? server : `${node} of ${server}`;
    const { at, shown } = await step("read the host key", async () => {
      const place = placeOf(servers, server, node);
      return { at: place, shown: await servers.probe(place) };
    });
    if (shown.fingerprint === at.hostKey) {
      return say(`${whose} shows the host key that was agreed to; there is nothing to change.`, {
        next: `To see where it stops: \`server check ${server}\``,
      });
    }
    await approval({
      ask: say(`Believe a new host key of ${whose} (${at.host}, port ${at.port})?`, {
        list: [
          `Agreed to so far: \`${at.hostKey}\``,
          `The machine now shows the ${shown.kind} host key \`${shown.fingerprint}\``,
          "Know why it changed before you agree (set up anew, or its keys were made anew); otherwise somebody " +
            "may stand between. Compare it on the machine's own console: " +
            `\`ssh-keygen -lf /etc/ssh/ssh_host_${shown.kind.toLowerCase()}_key.pub\``,
        ],
      }),
      from: "maintainer",
      weight: "grave",
      binds: hashOf({ whose, before: at.hostKey, now: shown.fingerprint }),
      subject: server,
    });
    await tx("write it down", () => {
      const who = run.askedBy ?? "schedule";
      const { host, port } = at;
      if (node === undefined) servers.pin(who, server, shown.fingerprint);
      else servers.addNode(who, server, { hostname: node, host, port, hostKey: shown.fingerprint });
    });
    const { findings, problem } = await step("check", () => servers.check(server));
    return say(`Only the new host key of ${whose} counts now.`, {
      list: findings.map(({ what, says }) => `${what}: ${says}`),
      ...(problem !== null && { next: problem.remedy }),
    });
  },
});

/** Where the machine is whose key is meant, and the key that counts there now. */
function placeOf(servers: Trades["servers"], server: ServerName, node: string | undefined) {
  const { host, port, hostKey } = servers.addressOf(server);
  if (node === undefined) return { host, port, hostKey };
  const { nodes } = servers.get(server);
  const found = nodes.find((one) => one.hostname === node);
  if (found === undefined) throw nodeUnknown({ server, node, known: nodes.map((one) => one.hostname) });
  return { host: found.host, port: found.port, hostKey: found.hostKey };
}
