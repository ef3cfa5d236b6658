import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "List the servers that apps run on.",
  example: "server list",
  role: "member",
  args: {},
  reads: true,
  run: ({ servers, apps }) => {
    const all = apps.list();
    const found = servers.list().map(({ name, ssh, nodes }) => ({
      name,
      host: ssh?.host ?? null,
      nodes: nodes.length + 1,
      apps: all.filter((app) => app.server === name).length,
    }));
    const count = found.length === 1 ? "There is one server:" : `There are ${found.length} servers:`;
    return answer(
      say(count, {
        list: found.map((one) =>
          [
            `**${one.name}**`,
            one.host ?? "this machine",
            ...(one.nodes > 1 ? [`${one.nodes} nodes`] : []),
            one.apps === 1 ? "one app" : `${one.apps} apps`,
          ].join(" · "),
        ),
        next: "Whether one can be used: `server check <server>`",
      }),
      found,
    );
  },
});
