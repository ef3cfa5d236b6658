import { PayerId, PlanName } from "../../src/core/billing-terms.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import billingStart from "../../workflows/billing-start.ts";

export default command({
  summary: "Take a plan for an app: you get a link to Stripe's page, to you alone.",
  example: "billing start cloud.example.coop hosting-small",
  role: "member",
  args: { app: AppDomain, plan: PlanName, payer: PayerId.optional() },
  flags: ["payer"],
  run: ({ args: { app, plan, payer }, by, apps, billing }) => {
    const subject = `app/${apps.get(app).domain}` as const;
    billing.beforeStart(subject);
    return start(billingStart, { subject, plan, payer: billing.payerFor(by.member, payer) });
  },
});
