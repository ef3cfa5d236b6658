import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { PlanName } from "../src/core/billing-terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { atStripe } from "./parts/at-stripe.ts";

/** A page of Stripe's where whoever has its link takes a plan: for co-ops without a website, and for outsiders. */
export default workflow({
  input: z.strictObject({ plan: PlanName, once: z.boolean() }),
  outline: ["look at the plan", "make the link"],

  async run(tools, { plan: name, once }) {
    const { step, billing } = tools;
    const plan = await step("look at the plan", ({ signal }) => billing.findPlan(name, signal));
    const link = await atStripe(tools, "make the link", (as) => billing.wantLink(as, plan, once));
    return say(`Whoever opens this link takes the plan ${name}: ${link?.url ?? "Stripe gave no link"}`, {
      list: [
        once ? "It works once." : "It works until somebody switches it off in Stripe's dashboard.",
        "Stripe asks there who pays, but not for which app or for whose dues: treasurers hear only that somebody has.",
      ],
      next: "Members pay for an app or their dues so that it is known: `billing start`, `billing dues`",
    });
  },
});
