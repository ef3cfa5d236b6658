import { z } from "zod";
import { workflow } from "../src/workflow/define.ts";

/**
 * Asks Stripe for all that happened since the last time and looks at it, so that a webhook that was lost does no harm.
 * When Stripe is away the next hour does it; after some hours treasurers hear of it.
 */
export default workflow({
  input: z.strictObject({}),
  lock: () => "stripe events",

  async run({ step, tx, run, billing }) {
    const swept = await step("ask for events", ({ signal }) => billing.sweep(signal));
    const looked = await step("look at what they name", ({ signal }) => billing.drain(signal));
    const trouble = swept.kind === "trouble" ? swept : looked.kind === "trouble" ? looked : null;
    if (trouble !== null) await tx("tell when it lasts", () => billing.tellLasting(trouble, run.id));
    return null;
  },
});
