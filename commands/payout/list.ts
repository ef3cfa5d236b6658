import { say } from "../../src/chat/message.ts";
import { formatMoney } from "../../src/core/money.ts";
import { answer, command } from "../../src/router/define.ts";

const mostShown = 12;

export default command({
  summary: "List the payouts there are, newest first, with their totals.",
  example: "payout list",
  role: "member",
  args: {},
  reads: true,
  run: ({ payouts }) => {
    const all = payouts.list();
    const head = all.length === 0 ? "There is no payout yet." : "The payouts, the newest first:";
    return answer(
      say(head, {
        list: [
          ...all
            .slice(0, mostShown)
            .map(({ id, period, state, totals, unpaid }) =>
              [
                `**${period}** (\`${id}\`)`,
                state === "approved" ? "agreed to" : state,
                totals.map(formatMoney).join(", "),
                ...(state === "approved" && unpaid > 0 ? [`${unpaid} not paid yet`] : []),
              ].join(" · "),
            ),
          ...(all.length > mostShown ? [`and ${all.length - mostShown} older ones`] : []),
        ],
        next:
          all.length === 0
            ? "A treasurer makes one: `payout propose <month>`"
            : "More about one: `payout show <batch>`. Your own lines: `payout mine`",
      }),
      all.map(({ totals, ...batch }) => ({ ...batch, totals: totals.map(formatMoney) })),
    );
  },
});
