import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "List the apps, whether they run, and where a newer version waits.",
  example: "app list",
  role: "member",
  args: {},
  reads: true,
  run: async ({ apps }) => {
    const found = await apps.status();
    const count = found.length === 1 ? "There is one app:" : `There are ${found.length} apps:`;
    return answer(
      say(found.length === 0 ? "There is no app yet." : count, {
        list: found.map(({ app, state, newest }) =>
          [
            `**${app.domain}**`,
            `${app.recipe} ${app.version ?? "without a version"}`,
            state,
            ...(newest !== null && newest !== app.version ? [`newest is ${newest}`] : []),
          ].join(" · "),
        ),
        next:
          found.length === 0
            ? "To make one: `app new <recipe> <domain>`. The recipes: `recipe list`"
            : "More about one: `app show <domain>`",
      }),
      found,
    );
  },
});
