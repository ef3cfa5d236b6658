import { command, start } from "../../../src/router/define.ts";
import billingPlans from "../../../workflows/billing-plans.ts";

export default command({
  summary: "Make the plans of the settings that are not at Stripe yet. A treasurer agrees first.",
  example: "billing plan make",
  role: ["treasurer", "operator"],
  args: {},
  run: () => start(billingPlans, {}),
});
