import { PlanName } from "../../src/core/billing-terms.ts";
import { SeatName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import billingStart from "../../workflows/billing-start.ts";

export default command({
  summary: "Pay the dues of a member organisation by a plan: you get a link to Stripe's page, to you alone.",
  example: "billing dues three-rivers dues-solidarity",
  role: "member",
  args: { seat: SeatName, plan: PlanName },
  run: ({ args: { seat, plan }, by, billing }) => {
    const payer = billing.payerFor(by.member, `seat/${seat}`);
    const subject = `dues/${seat}` as const;
    billing.beforeStart(subject);
    return start(billingStart, { subject, plan, payer });
  },
});
