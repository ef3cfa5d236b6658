import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { InvoiceName, TypedAmount } from "../src/core/billing-terms.ts";
import { formatMoney } from "../src/core/money.ts";
import { creditChanged } from "../src/core/problems/billing.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";
import { atStripe } from "./parts/at-stripe.ts";

type Plan = Awaited<ReturnType<Trades["billing"]["planCredit"]>>;

/**
 * Gives back what was paid, or lessens what is due: a credit note in both cases, which Stripe refunds by the way the
 * money came. Treasurers agree to exactly what is shown; whoever would get it has no voice.
 */
export default workflow({
  input: z.strictObject({
    invoice: InvoiceName,
    amount: TypedAmount.nullable(),
    reason: z.string().min(1).max(400),
  }),
  lock: ({ invoice }) => `billing ${invoice}`,
  outline: ["look at the invoice", "approval", "look again", "make the credit note"],

  async run(tools, { invoice, amount, reason }) {
    const { step, tx, approval, run, billing } = tools;
    const plan = await step("look at the invoice", ({ signal }) =>
      billing.planCredit(invoice, amount, signal),
    );
    await approval({
      ask: question(plan, reason),
      ...{ from: "treasurer", weight: "grave", binds: plan.hash, subject: plan.number, expires: "7d" },
      beneficiaries: plan.gainers,
    });
    await step("look again", async ({ signal }) => {
      const now = await billing.planCredit(plan.invoice, amount, signal);
      if (now.hash !== plan.hash) throw creditChanged({ invoice: plan.number });
    });
    await atStripe(tools, "make the credit note", (as) => billing.wantCredit(as, plan, reason));
    await tx("tell whoever pays", () => billing.tellGiven(plan, run.id));
    await step("look at it", ({ signal }) => billing.refresh("invoice", plan.invoice, signal));
    return plan.way === "lessen"
      ? say(`${moneyOf(plan)} less is due of the invoice ${plan.number}.`)
      : say(`${moneyOf(plan)} of the invoice ${plan.number} goes back the way it came.`, {
          next: "It takes five to ten days. Stripe keeps its fee; the books show both.",
        });
  },
});

const moneyOf = ({ amountMinor, currency }: Plan): string =>
  formatMoney({ amountMinor: BigInt(amountMinor), currency });

function question(plan: Plan, reason: string): Message {
  const { way, number, payer } = plan;
  const what =
    way === "lessen"
      ? `Lessen the invoice ${number} by ${moneyOf(plan)}?`
      : `Give ${moneyOf(plan)} of the invoice ${number} back?`;
  return say(what, {
    list: [
      `For ${payer ?? "a customer who is not known here"}: ${reason}`,
      way === "lessen"
        ? "No money moves: less is due."
        : "The money goes back the way it came, and cannot be called back.",
    ],
  });
}
