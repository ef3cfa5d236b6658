import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { BillSubject, PayerId, PlanName } from "../src/core/billing-terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { atStripe } from "./parts/at-stripe.ts";

/** Offers a plan for an app or for dues: a page of Stripe's, whose link goes to whoever asked and to nobody else. */
export default workflow({
  input: z.strictObject({ subject: BillSubject, plan: PlanName, payer: PayerId }),
  lock: ({ subject }) => `billing ${subject}`,
  outline: ["look at the plan", "make the customer", "offer it", "write it down"],

  async run(tools, { subject, plan: name, payer }) {
    const { step, tx, run, billing } = tools;
    const plan = await step("look at the plan", ({ signal }) => {
      billing.beforeStart(subject);
      return billing.findPlan(name, signal);
    });
    await atStripe(tools, "make the customer", (as) => billing.wantCustomer(as, payer));
    const offer = await atStripe(tools, "offer it", (as) =>
      billing.wantCheckout(as, { subject, payer, plan }),
    );
    await tx("write it down", () => {
      if (offer === null) return;
      billing.offered({ subject, payer, plan: name, session: offer.id });
      const link = say(`By this link ${payer} takes the plan ${name}. It works for a day.`, {
        next: offer.url ?? "Stripe gave no link; say the command again.",
      });
      if (run.askedBy !== null) billing.tellMember(run.askedBy, `${run.id}/link`, link);
    });
    return say(
      `The plan ${name} is offered to ${payer}. The link to Stripe's page is on its way to whoever asked.`,
      {
        next: "A card counts at once; a debit from a bank account takes some days.",
      },
    );
  },
});
