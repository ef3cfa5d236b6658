import { z } from "zod";
import { InvoiceName, TypedAmount } from "../../src/core/billing-terms.ts";
import { command, start } from "../../src/router/define.ts";
import billingCredit from "../../workflows/billing-credit.ts";

export default command({
  summary: "Give back what was paid of an invoice, or lessen what is due. Treasurers agree first.",
  example: "billing credit TANDEM-0007 EUR15 The app was away for half of the month",
  role: "treasurer",
  args: {
    invoice: InvoiceName,
    amount: TypedAmount.describe("an amount, or all"),
    reason: z.string().min(1).max(400).describe("why, as it stands on the credit note"),
  },
  rest: true,
  run: ({ args: { invoice, amount, reason } }) =>
    start(billingCredit, { invoice, reason, amount: amount === "all" ? null : amount }),
});
