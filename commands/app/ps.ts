import { say } from "../../src/chat/message.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Show what runs of an app: its services and their tasks.",
  example: "app ps notes.example.coop",
  role: "member",
  args: { app: AppDomain },
  reads: true,
  run: async ({ args, apps }) => {
    const [services, tasks] = await Promise.all([apps.services(args.app), apps.tasks(args.app)]);
    const up = services.filter(({ running, wanted }) => running >= (wanted ?? 1)).length;
    return answer(
      say(
        services.length === 0
          ? `Nothing of ${args.app} is on its server.`
          : `Of ${args.app} ${up} of ${services.length} services run.`,
        {
          list: [
            ...services.map(({ service, image, running, wanted, update }) =>
              [
                `**${service}** ${running} of ${wanted ?? "all"}`,
                `\`${image}\``,
                ...(update === undefined ? [] : [`update: ${update}`]),
              ].join(" · "),
            ),
            ...tasks.map(({ service, task, node, state, health, since, problem }) =>
              [
                `${service} \`${task}\` on ${node}: ${state}${health === undefined ? "" : `, ${health}`}`,
                `since ${since}`,
                ...(problem === undefined ? [] : [problem]),
              ].join(" · "),
            ),
          ],
          next:
            services.length === 0
              ? `To deploy it: \`app deploy ${args.app}\``
              : `What it says: \`app logs ${args.app}\``,
        },
      ),
      { services, tasks },
    );
  },
});
