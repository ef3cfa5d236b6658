import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { PayerId } from "../src/core/billing-terms.ts";
import { formatMoney } from "../src/core/money.ts";
import { workflow } from "../src/workflow/define.ts";
import { atStripe } from "./parts/at-stripe.ts";

/**
 * An invoice that Stripe sends by mail and that is paid by transfer. It is sent only when it is whole; whatever ends
 * the story before takes it back.
 */
export default workflow({
  input: z.strictObject({
    payer: PayerId,
    amountMinor: z.number().int().positive(),
    currency: z.string().regex(/^[A-Z]{3}$/),
    words: z.string().min(1).max(400),
    dueDays: z.number().int().min(1).max(180),
  }),
  lock: ({ payer }) => `billing ${payer}`,
  outline: ["make the customer", "make the invoice", "add the amount", "finalize it", "send it"],

  async run(tools, bill) {
    const { step, billing } = tools;
    await atStripe(tools, "make the customer", (as) => billing.wantCustomer(as, bill.payer));
    const draft = await atStripe(tools, "make the invoice", (as) => billing.wantInvoice(as, bill), {
      takesBack: true,
    });
    const id = draft?.id ?? "";
    await atStripe(tools, "add the amount", (as) => billing.wantItem(as, bill, id));
    const whole = await atStripe(tools, "finalize it", (as) => billing.wantInvoiceStep(as, "finalize", id));
    await atStripe(tools, "send it", (as) => billing.wantInvoiceStep(as, "send", id));
    await step("look at it", ({ signal }) => billing.refresh("invoice", id, signal));
    const money = formatMoney({ amountMinor: BigInt(bill.amountMinor), currency: bill.currency });
    return say(`The invoice ${whole?.number ?? id} over ${money} is sent to ${bill.payer}.`, {
      next: `It is due in ${bill.dueDays} days. To lessen it: \`billing credit ${whole?.number ?? id} <amount> <why>\``,
    });
  },
});
