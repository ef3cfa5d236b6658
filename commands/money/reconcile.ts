import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";
import { standing } from "../parts/money.ts";

export default command({
  summary:
    "Bring the books up to date: match payouts, expenses and the bank's lines, and prove every balance.",
  example: "money reconcile",
  role: ["treasurer", "operator"],
  args: {},
  run: ({ books }) => {
    const run = books.reconcile();
    const { added, changed, removed } = run.written;
    const isNew = added + changed + removed > 0;
    return answer(
      say(isNew ? "The books are up to date." : "The books were up to date.", {
        list: [
          ...(isNew ? [`${added} entries new, ${changed} changed, ${removed} taken out of open months`] : []),
          ...standing(run),
        ],
        next: run.queue.length === 0 ? "Nothing waits for you." : "What waits for you: `money queue`",
      }),
      { written: run.written, queue: run.queue.length, proofs: run.proofs.filter(({ ok }) => !ok).length },
    );
  },
});
