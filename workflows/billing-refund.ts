import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { ChargeId, TypedAmount } from "../src/core/billing-terms.ts";
import { formatMoney } from "../src/core/money.ts";
import { refundChanged } from "../src/core/problems/billing.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";
import { atStripe } from "./parts/at-stripe.ts";

type Plan = Awaited<ReturnType<Trades["billing"]["planRefund"]>>;

/**
 * Gives back what was paid without an invoice. Treasurers agree to exactly what is shown; whoever would get it has no
 * voice.
 */
export default workflow({
  input: z.strictObject({
    charge: ChargeId,
    amount: TypedAmount.nullable(),
    reason: z.string().min(1).max(400),
  }),
  lock: ({ charge }) => `billing ${charge}`,
  outline: ["look at the payment", "approval", "look again", "give it back"],

  async run(tools, { charge, amount, reason }) {
    const { step, tx, approval, run, billing } = tools;
    const plan = await step("look at the payment", ({ signal }) =>
      billing.planRefund(charge, amount, signal),
    );
    await approval({
      ask: question(plan, reason),
      ...{ from: "treasurer", weight: "grave", binds: plan.hash, subject: charge, expires: "7d" },
      beneficiaries: plan.gainers,
    });
    await step("look again", async ({ signal }) => {
      const now = await billing.planRefund(charge, amount, signal);
      if (now.hash !== plan.hash) throw refundChanged({ charge });
    });
    await atStripe(tools, "give it back", (as) => billing.wantRefund(as, plan, reason));
    await tx("tell whoever paid", () => billing.tellGiven(plan, run.id));
    return say(`${moneyOf(plan)} of the payment ${charge} goes back the way it came.`, {
      next: "It takes five to ten days. Stripe keeps its fee; the books show both.",
    });
  },
});

const moneyOf = ({ amountMinor, currency }: Plan): string =>
  formatMoney({ amountMinor: BigInt(amountMinor), currency });

function question(plan: Plan, reason: string): Message {
  const { charge, payer, what, paidOn } = plan;
  return say(`Give ${moneyOf(plan)} of the payment ${charge} back?`, {
    list: [
      `For ${payer ?? "somebody who is not known here"}: ${reason}`,
      `Paid on ${paidOn}${what === null ? "" : `, for: ${what}`}; there is no invoice for it.`,
      "The money goes back the way it came, and cannot be called back.",
    ],
  });
}
