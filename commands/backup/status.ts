import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

const marks = { fresh: "✓", fine: "✓", red: "✕", off: "–", none: "✕", idle: "–", new: "–" };

export default command({
  summary:
    "Show whether every app has a proven backup that is young enough, and whether the rest is cared for.",
  example: "backup status",
  role: "member",
  args: {},
  reads: true,
  run: ({ backups }) => {
    const all = backups.freshnessOfAll();
    const care = backups.careStates();
    const red = all.filter(({ state }) => state === "red" || state === "none");
    const lines = [...all, ...care].map((one) => ({
      isRed: one.state === "red" || one.state === "none",
      line: `${marks[one.state]} ${"app" in one ? `**${one.app}** · ` : ""}${one.words}`,
    }));
    return answer(
      say(
        headOf(
          all.length,
          red.length,
          lines.some(({ isRed }) => isRed),
        ),
        {
          list: [...lines.filter(({ isRed }) => isRed), ...lines.filter(({ isRed }) => !isRed)].map(
            ({ line }) => line,
          ),
          next:
            red[0] === undefined
              ? "All of them: `backup list`"
              : `To take one now: \`app backup ${red[0].app}\``,
        },
      ),
      { apps: all, care },
    );
  },
});

function headOf(apps: number, red: number, isAnyRed: boolean): string {
  if (red > 0)
    return red === 1 ? "One app has no fresh proven backup." : `${red} apps have no fresh proven backup.`;
  const well =
    apps === 0 ? "There is no app yet." : "Every app that should have a proven backup has a fresh one.";
  return isAnyRed ? `${well} Not all is well around them.` : well;
}
