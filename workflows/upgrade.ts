import { z } from "zod";
import { AppDomain, RecipeVersion } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import type { Deployed } from "./parts/deploying.ts";
import { nothingToChange } from "./parts/nothing-to-change.ts";
import { agreedUpgrade, carryOutUpgrade, stepsOfUpgrade } from "./parts/upgrading.ts";

const Wish = z.strictObject({ app: AppDomain, version: RecipeVersion.optional() });
type Wished = z.output<typeof Wish>;

const told = {
  input: Wish,
  lock: ({ app }: Wished) => `app ${app}`,
  outline: ["plan", "approval", "check the plan", ...stepsOfUpgrade],
};

/** What runs was not looked at after the backup: runs that began so may have written to it by now. */
const unlooked = workflow({ ...told, run: (tools, wish) => story(tools, wish, { looksAgain: false }) });

/** Brings an app to a newer version, never to an older one. One that does not come up goes back by itself. */
export default workflow({
  ...told,
  version: 2,
  older: [unlooked],
  run: (tools, wish) => story(tools, wish, { looksAgain: true }),
});

async function story(
  tools: Tools & Trades,
  { app, version }: Wished,
  how: { looksAgain: boolean },
): Promise<Deployed> {
  const { step, upgrades } = tools;
  const first = await step("plan", ({ key }) => upgrades.plan(app, version, key));
  const plan = await agreedUpgrade(tools, first);
  if (plan.isEmpty) {
    const newest = version === undefined ? "; there is no newer release" : "";
    return nothingToChange(tools, plan, `${app} already runs ${plan.to}${newest}.`);
  }
  return carryOutUpgrade(tools, plan, how);
}
