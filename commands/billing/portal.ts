import { say } from "../../src/chat/message.ts";
import { PayerId } from "../../src/core/billing-terms.ts";
import { command } from "../../src/router/define.ts";

export default command({
  summary:
    "Change how you pay, see your invoices or end a plan: you get a link to Stripe's pages, to you alone.",
  example: "billing portal",
  role: "member",
  reads: true,
  givesKeys: true,
  args: { payer: PayerId.optional() },
  flags: ["payer"],
  run: async ({ args: { payer }, by, billing }) => {
    const link = await billing.portalLink(billing.mayActFor(by.member, payer));
    return {
      kind: "private",
      message: say("This link opens your pages at Stripe and soon counts for nothing. Show it to nobody.", {
        next: link,
      }),
      public: say("A link to your pages at Stripe is on its way to you alone."),
    };
  },
});
