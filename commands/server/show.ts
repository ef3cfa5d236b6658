import { say } from "../../src/chat/message.ts";
import { ServerName } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Show how a server is reached, the host keys that were agreed to, and the apps on it.",
  example: "server show local",
  role: ["operator", "maintainer"],
  args: { server: ServerName },
  reads: true,
  run: ({ args, servers, apps }) => {
    const found = servers.get(args.server);
    const { name, ssh, nodes, addedBy, addedAt } = found;
    const on = apps.list().filter((app) => app.server === name);
    return answer(
      say(ssh === null ? `${name} is the Docker socket of this machine.` : `${name} is ${ssh.host}.`, {
        list: [
          ...(ssh === null
            ? []
            : [
                `port ${ssh.port}, account \`${ssh.user}\`, socket \`${ssh.socket}\``,
                `key: ${ssh.keyFile === null ? "of the SSH agent" : `the file \`${ssh.keyFile}\``}`,
                `host key: \`${ssh.hostKey}\``,
              ]),
          ...nodes.map(
            ({ hostname, host, port, hostKey }) => `node ${hostname}: ${host}, port ${port}, \`${hostKey}\``,
          ),
          ...(addedBy === null ? [] : [`added by ${addedBy}, ${addedAt ?? ""}`]),
          `apps: ${on.length === 0 ? "none" : on.map(({ domain }) => domain).join(", ")}`,
        ],
        next: `Whether it can be used: \`server check ${name}\``,
      }),
      { ...found, apps: on.map(({ domain }) => domain) },
    );
  },
});
