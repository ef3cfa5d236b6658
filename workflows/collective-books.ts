import { z } from "zod";
import { workflow } from "../src/workflow/define.ts";

/**
 * Hands to the books what happened to money at Open Collective since the last time, and what the account holds now.
 * When Open Collective is away the next hour does it; treasurers hear of what does not pass by itself.
 */
export default workflow({
  input: z.strictObject({}),
  lock: () => "collective books",

  async run({ step, tx, run, collective }) {
    const met = await step("fetch", ({ signal }) => collective.fetchForBooks(signal), { timeout: "2h" });
    if (met.kind === "trouble") await tx("tell when it lasts", () => collective.tellLasting(met, run.id));
    return null;
  },
});
