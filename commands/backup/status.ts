import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

const marks = { fresh: "✓", red: "✕", off: "–", none: "✕", idle: "–" };

export default command({
  summary: "Show for every app whether it has a proven backup that is young enough.",
  example: "backup status",
  role: "member",
  args: {},
  reads: true,
  run: ({ backups }) => {
    const all = backups.freshnessOfAll();
    const red = all.filter(({ state }) => state === "red" || state === "none");
    const sorted = [...red, ...all.filter((one) => !red.includes(one))];
    const head =
      all.length === 0
        ? "There is no app yet."
        : red.length === 0
          ? "Every app that should have a proven backup has a fresh one."
          : red.length === 1
            ? "One app has no fresh proven backup."
            : `${red.length} apps have no fresh proven backup.`;
    return answer(
      say(head, {
        list: sorted.map(({ app, state, words }) => `${marks[state]} **${app}** · ${words}`),
        next:
          red[0] === undefined
            ? "All of them: `backup list`"
            : `To take one now: \`app backup ${red[0].app}\``,
      }),
      all,
    );
  },
});
