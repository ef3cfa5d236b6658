import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";
import { queued } from "../parts/money.ts";

const mostShown = 12;

export default command({
  summary:
    "List what waits for a treasurer in the books, the oldest first, each with what it could belong to.",
  example: "money queue",
  role: "treasurer",
  reads: true,
  args: {},
  run: ({ books }) => {
    const queue = books.lastRun()?.queue ?? [];
    const json = queue.map(({ amountMinor, ...item }) => ({ ...item, amount: Number(amountMinor) }));
    if (queue.length === 0) return answer(say("Nothing waits for you in the books."), json);
    const head =
      queue.length === 1 ? "One thing waits in the books:" : `${queue.length} things wait in the books:`;
    return answer(
      say(head, {
        list: [
          ...queue.slice(0, mostShown).map(queued),
          ...(queue.length > mostShown ? [`and ${queue.length - mostShown} more`] : []),
        ],
        next: "`money match`, `money split`, `money writeoff` or `money ignore`, each with its id and a reason",
      }),
      json,
    );
  },
});
