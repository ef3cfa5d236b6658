import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { InvoiceName } from "../src/core/billing-terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { atStripe, seenAtStripe } from "./parts/at-stripe.ts";

/**
 * The bank has the transfer for an invoice: Stripe is told that it was paid outside of it, once, and stops reminding.
 * Where Stripe waits for another sum, or for none, it is told nothing and treasurers are.
 */
export default workflow({
  input: z.strictObject({ invoice: InvoiceName }),
  lock: ({ invoice }) => `billing ${invoice}`,
  outline: ["look at the invoice", "see what is due", "count it as paid"],

  async run(tools, { invoice }) {
    const { tx, billing } = tools;
    await seenAtStripe(tools, "look at the invoice", "invoice", invoice);
    const stands = await tx("see what is due", () => billing.arrived(invoice));
    if (stands === "taken back")
      return say("The bank's line does not pay it any more: Stripe is told nothing.");
    if (stands === "other") return say("Stripe waits for another sum, or for none. Treasurers are told.");
    await atStripe(tools, "count it as paid", (as) => billing.wantInvoiceStep(as, "pay", invoice));
    await seenAtStripe(tools, "look again", "invoice", invoice);
    await tx("tell", () => billing.tellArrived(invoice));
    return null;
  },
});
