import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "List the apps of all servers, whether they run, and where a newer version waits.",
  example: "app list",
  role: "member",
  args: {},
  reads: true,
  run: async ({ apps, backups }) => {
    const found = await apps.status();
    const red = new Map(
      backups.freshnessOfAll().flatMap(({ app, state, words }) => (state === "red" ? [[app, words]] : [])),
    );
    const count = found.length === 1 ? "There is one app:" : `There are ${found.length} apps:`;
    const servers = new Set(found.map(({ app }) => app.server));
    const away = new Map(
      found.flatMap(({ app, away: why }) => (why === undefined ? [] : [[app.server, why]])),
    );
    const sorted = found.toSorted((a, b) =>
      a.app.server < b.app.server ? -1 : a.app.server > b.app.server ? 1 : 0,
    );
    return answer(
      say(found.length === 0 ? "There is no app yet." : count, {
        list: [
          ...sorted.map(({ app, state, newest, runs }) =>
            [
              `**${app.domain}**`,
              `${app.recipe} ${app.version ?? "without a version"}`,
              state,
              ...(servers.size > 1 ? [`on ${app.server}`] : []),
              ...(runs !== undefined && runs !== null && runs !== app.version ? [`${runs} runs there`] : []),
              ...(newest !== null && newest !== app.version ? [`newest is ${newest}`] : []),
              ...(red.has(app.domain) ? [`**${red.get(app.domain) ?? ""}**`] : []),
            ].join(" · "),
          ),
          ...[...away].map(([server, why]) => `The server ${server} is away: ${why}`),
        ],
        next:
          found.length === 0
            ? "To make one: `app new <recipe> <domain>`. The recipes: `recipe list`"
            : "More about one: `app show <domain>`",
      }),
      found.map((one) => ({ ...one, backup: red.get(one.app.domain) ?? null })),
    );
  },
});
