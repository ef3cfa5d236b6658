import { say } from "../../src/chat/message.ts";
import { formatMoney } from "../../src/core/money.ts";
import { RunId } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Show one payout: its totals, and who agreed. Nobody's own amounts.",
  example: "payout show bakor",
  role: "member",
  args: { batch: RunId },
  reads: true,
  run: ({ args, payouts }) => {
    const { totals, ...batch } = payouts.get(args.batch);
    const { id, period, state, entries, unpaid, approvedBy, disputesUntil } = batch;
    const until = disputesUntil.slice(0, 16).replace("T", " ");
    const now = {
      published: `It may be disputed until ${until} UTC: \`work dispute <number> <why>\``,
      asked:
        "Treasurers are asked to agree. Until they have, it may be disputed: `work dispute <number> <why>`",
      approved: `${approvedBy.join(", ")} agreed; ${unpaid === 0 ? "nothing of it waits" : `${unpaid} not paid yet`}.`,
      paid: `${approvedBy.join(", ")} agreed, and all of it is paid.`,
      dropped: "Nothing came of it: its work waits for the next one.",
    }[state];
    return answer(
      say(`The payout of ${period} (\`${id}\`): **${totals.map(formatMoney).join(", ")}**`, {
        list: [entries === 1 ? "One entry" : `${entries} entries`, now, `Proposed by ${batch.proposedBy}`],
        next: `Your own lines: \`payout mine\`. The page: ${payouts.pageOf(id)}`,
      }),
      { ...batch, totals: totals.map(formatMoney) },
    );
  },
});
