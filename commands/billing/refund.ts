import { z } from "zod";
import { ChargeId, TypedAmount } from "../../src/core/billing-terms.ts";
import { command, start } from "../../src/router/define.ts";
import billingRefund from "../../workflows/billing-refund.ts";

export default command({
  summary: "Give back what was paid without an invoice. Treasurers agree first.",
  example: "billing refund ch_3PabcDEF EUR15 They paid twice",
  role: "treasurer",
  args: {
    charge: ChargeId,
    amount: TypedAmount.describe("an amount, or all"),
    reason: z.string().min(1).max(400).describe("why, as it is written down"),
  },
  rest: true,
  run: ({ args: { charge, amount, reason } }) =>
    start(billingRefund, { charge, reason, amount: amount === "all" ? null : amount }),
});
