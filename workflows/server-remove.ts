import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { hashOf } from "../src/core/canonical.ts";
import { ServerName } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";

/** Takes a server out of the inventory. Refused while apps are on it; nothing on the server is touched. */
export default workflow({
  input: z.strictObject({ server: ServerName }),
  lock: ({ server }) => `server ${server}`,

  async run({ step, tx, approval, servers, run }, { server }) {
    const at = await step("look", () => {
      servers.assertUnused(server);
      return servers.addressOf(server);
    });
    await approval({
      ask: say(`Take the server ${server} (${at.host}) out of the inventory?`, {
        list: [
          "No app is on it. Nothing on the machine is touched.",
          `Its host key is forgotten: ${at.hostKey}`,
        ],
      }),
      from: "maintainer",
      weight: "ordinary",
      binds: hashOf({ remove: server, ...at }),
      subject: server,
    });
    // An app may have been put there meanwhile; that is looked at again in the same transaction.
    await tx("write it down", () => servers.remove(run.askedBy ?? "schedule", server));
    return say(`${server} is no server of ours any more.`, {
      list: [`Whoever runs it can now take Tandem's key out of ~/.ssh/authorized_keys of ${at.user}.`],
    });
  },
});
