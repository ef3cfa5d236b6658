import { say } from "../../src/chat/message.ts";
import { formatMoney } from "../../src/core/money.ts";
import { command } from "../../src/router/define.ts";

const mostShown = 12;

/** How a payable stands, in words. */
const words = {
  proposed: "proposed: treasurers have not agreed yet",
  carried: "taken over into your next payout",
  ready: "agreed to, waits to be paid",
  asked: "on its way: the bank, or Open Collective, has it",
  paid: "paid",
  rejected: "refused where it was asked for: a treasurer looks at it",
};

export default command({
  summary: "Tell you alone what payouts owe you, and how each stands.",
  example: "payout mine",
  role: "member",
  args: {},
  reads: true,
  run: ({ by, payouts }) => {
    const mine = payouts.payables({}).filter(({ member }) => member === by.member.name);
    const periods = new Map(payouts.list().map(({ id, period }) => [id, period]));
    const shown = mine.slice(-mostShown).reverse();
    return {
      kind: "private",
      message: say(
        mine.length === 0 ? "No payout has owed you anything yet." : "Your payouts, the newest first:",
        {
          list: [
            ...shown.map((one) =>
              [
                `**${periods.get(one.batch) ?? one.batch}** (\`${one.batch}\`)`,
                formatMoney(one),
                words[one.state],
                ...(one.how === null && one.state === "ready" ? ["nobody knows yet how you are paid"] : []),
                ...(one.said === null ? [] : [one.said]),
              ].join(" · "),
            ),
            ...(mine.length > mostShown ? [`and ${mine.length - mostShown} older ones`] : []),
          ],
          ...(shown[0] !== undefined && { next: `Line by line: ${payouts.pageOf(shown[0].batch)}` }),
        },
      ),
      public: say("What payouts owe you is on its way to you alone."),
    };
  },
});
