import { z } from "zod";
import { PlanName } from "../../src/core/billing-terms.ts";
import { command, start } from "../../src/router/define.ts";
import billingLink from "../../workflows/billing-link.ts";

export default command({
  summary: "Make a link by which anybody takes a plan, to be said in a room or written into a letter.",
  example: "billing link hosting-small --once",
  role: "treasurer",
  args: { plan: PlanName, once: z.boolean().default(false).describe("it works for one payment only") },
  flags: ["once"],
  run: ({ args: { plan, once } }) => start(billingLink, { plan, once }),
});
