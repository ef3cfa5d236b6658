import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

const mostShown = 12;

export default command({
  summary: "List what people have decided about the books, the newest first, with who and why.",
  example: "money decisions",
  role: "treasurer",
  reads: true,
  args: {},
  run: ({ books }) => {
    const all = books.decisions().toReversed();
    if (all.length === 0) return answer(say("Nobody has decided anything about the books yet."), []);
    return answer(
      say("Decisions about the books, the newest first:", {
        list: [
          ...all.slice(0, mostShown).map(({ id, kind, subject, why, by, secondedBy, at }) => {
            const who = secondedBy === null ? by : `${by} and ${secondedBy}`;
            return `**${id}** · ${at.slice(0, 10)} · ${kind} \`${subject}\` · ${who}: ${why}`;
          }),
          ...(all.length > mostShown ? [`and ${all.length - mostShown} older ones`] : []),
        ],
      }),
      all,
    );
  },
});
