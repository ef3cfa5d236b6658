import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";
import { standing } from "../parts/money.ts";

export default command({
  summary:
    "Tell how the books stand: what is matched, what waits, which proofs are exact, which months are closed.",
  example: "money status",
  role: ["treasurer", "operator"],
  reads: true,
  args: {},
  run: ({ books }) => {
    const run = books.lastRun();
    const [closed] = books.closed();
    const months = closed === undefined ? "no month is closed yet" : `closed until ${closed.month}`;
    if (run === undefined)
      return answer(
        say("Nothing has been reconciled yet.", {
          next: "First take a file in: `tandem money import stripe --from FILE`; then `money reconcile`",
        }),
        null,
      );
    const isGreen = run.queue.length === 0 && run.proofs.every(({ ok }) => ok);
    return answer(
      say(isGreen ? "Every cent is accounted for." : "Not everything is accounted for yet.", {
        list: [...standing(run), months],
        next: run.queue.length === 0 ? "Close a month: `money close <month>`" : "What waits: `money queue`",
      }),
      {
        ...{ queue: run.queue.length, closedUntil: closed?.month ?? null },
        proofs: run.proofs.map(({ proof, currency, differenceMinor, ok, note }) => ({
          ...{ proof, currency, difference: Number(differenceMinor), ok, note },
        })),
      },
    );
  },
});
