import { z } from "zod";
import { AppDomain, RecipeVersion } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { agreedPlan, carryOut, questionOf, stepsOfCarryOut } from "./parts/deploying.ts";

/** Takes an app back to an older version: the program alone, its data stays as it is. */
export default workflow({
  input: z.strictObject({ app: AppDomain, version: RecipeVersion.optional() }),
  lock: ({ app }) => `app ${app}`,
  outline: ["plan", "approval", "check the plan", ...stepsOfCarryOut],

  async run(tools, { app, version }) {
    const { step, upgrades } = tools;
    const first = await step("plan", ({ key }) => upgrades.planBack(app, version, key));
    const plan = await agreedPlan(
      tools,
      first,
      ({ to }, key) => upgrades.planBack(app, to, key),
      (one, isChanged) => {
        const headline = `Roll ${app} back: ${one.recipe} from ${one.from ?? "an unknown version"} to ${one.to}?`;
        return { ask: questionOf(one, headline, { isChanged }) };
      },
    );
    return carryOut(tools, plan, `To the newer one again: \`app upgrade ${app} ${plan.from ?? ""}\``);
  },
});
