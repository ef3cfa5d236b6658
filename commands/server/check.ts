import { say } from "../../src/chat/message.ts";
import { ServerName } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary:
    "Look whether a server can be used: name, network, host key, login, Docker, nodes, room on its disk.",
  example: "server check local",
  role: ["operator", "maintainer"],
  args: { server: ServerName },
  reads: true,
  run: async ({ args, servers }) => {
    const report = await servers.check(args.server);
    const { findings, problem, others } = report;
    const unknown = others.filter((node) => !node.isKnown);
    return answer(
      say(problem === null ? `${args.server} can be used.` : `${args.server} cannot be used.`, {
        list: findings.map(({ what, isWell, says }) => `${isWell ? "✓" : "✕"} ${what}: ${says}`),
        ...(problem !== null && { notes: problem.means }),
        ...(problem !== null
          ? { next: problem.remedy }
          : unknown[0] !== undefined && {
              next:
                `To reach what runs on ${unknown[0].hostname}: ` +
                `\`server add-node ${args.server} ${unknown[0].hostname} <host>\``,
            }),
      }),
      report,
    );
  },
});
