import { z } from "zod";
import { workflow } from "../src/workflow/define.ts";

/**
 * Looks for newer versions of the recipes of all apps, on a schedule, and proposes in each app's room what waits
 * for a person. What may happen by itself is left to the night (upgrade-by-policy). Says nothing itself.
 */
export default workflow({
  input: z.strictObject({}),
  lock: () => "watch versions",

  async run({ step, tx, upgrades }) {
    await tx("take back what is overtaken", () => upgrades.withdrawOvertaken());
    const { candidates } = await step("look", ({ key }) => upgrades.look(key));
    for (const candidate of candidates) {
      if (candidate.waitsBecause.length === 0) continue;
      await tx(`propose ${candidate.app}`, () => upgrades.propose(candidate));
    }
    return null;
  },
});
