import { z } from "zod";
import { AppDomain, RecipeVersion } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { nothingToChange } from "./parts/nothing-to-change.ts";
import { agreedUpgrade, carryOutUpgrade, stepsOfUpgrade } from "./parts/upgrading.ts";

/** Brings an app to a newer version, never to an older one. One that does not come up goes back by itself. */
export default workflow({
  input: z.strictObject({ app: AppDomain, version: RecipeVersion.optional() }),
  lock: ({ app }) => `app ${app}`,
  outline: ["plan", "approval", "check the plan", ...stepsOfUpgrade],

  async run(tools, { app, version }) {
    const { step, upgrades } = tools;
    const first = await step("plan", ({ key }) => upgrades.plan(app, version, key));
    const plan = await agreedUpgrade(tools, first);
    if (plan.isEmpty) {
      const newest = version === undefined ? "; there is no newer release" : "";
      return nothingToChange(tools, plan, `${app} already runs ${plan.to}${newest}.`);
    }
    return carryOutUpgrade(tools, plan);
  },
});
