import { z } from "zod";
import { workflow } from "../src/workflow/define.ts";

/**
 * Once a week: asks the registries for newer tags of the images that recipes use, and tells the maintainers of those
 * that no recipe has yet, each once, in one message.
 */
export default workflow({
  input: z.strictObject({}),
  lock: () => "watch images",

  async run({ step, tx, run, upgrades }) {
    const images = await step("ask the registries", ({ key }) => upgrades.newerImages(key));
    await tx("tell the maintainers", () => upgrades.tellOfImages(`${run.id}/newer-images`, images));
    return null;
  },
});
