import { z } from "zod";
import { workflow } from "../src/workflow/define.ts";

/** Hands to the books what happened to money at Stripe since the last time; when Stripe is away, the next night. */
export default workflow({
  input: z.strictObject({}),
  lock: () => "stripe books",

  async run({ step, tx, run, billing }) {
    const met = await step("fetch", ({ signal }) => billing.fetchForBooks(signal), { timeout: "2h" });
    if (met.kind === "trouble") await tx("tell when it lasts", () => billing.tellLasting(met, run.id));
    return null;
  },
});
