import { z } from "zod";
import { InvoiceName } from "../src/core/billing-terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { atStripe, seenAtStripe } from "./parts/at-stripe.ts";

/**
 * The bank has the transfer for an invoice: Stripe is told that it was paid outside of it, once, and stops reminding.
 * Where Stripe waits for another sum, or for none, it is told nothing and treasurers are. It speaks to them and to
 * whoever pays, in no room of all.
 */
export default workflow({
  input: z.strictObject({ invoice: InvoiceName }),
  lock: ({ invoice }) => `billing ${invoice}`,

  async run(tools, { invoice }) {
    const { tx, billing } = tools;
    await seenAtStripe(tools, "look at the invoice", "invoice", invoice);
    const stands = await tx("see what is due", () => billing.arrived(invoice));
    if (stands !== "due") return null;
    await atStripe(tools, "count it as paid", (as) => billing.wantInvoiceStep(as, "pay", invoice));
    await seenAtStripe(tools, "look again", "invoice", invoice);
    await tx("tell", () => billing.tellArrived(invoice));
    return null;
  },
});
