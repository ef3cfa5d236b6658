import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { AppDomain, RecipeVersion } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { agreed, carryOut, questionOf, stepsOfCarryOut, type DeployPlan } from "./parts/deploying.ts";

/** Brings an app to a version: the first time, to a newer or older one, or again with other settings. */
export default workflow({
  input: z.strictObject({ app: AppDomain, version: RecipeVersion.optional() }),
  // Two deploys of one app would undo each other's work.
  lock: ({ app }) => `app ${app}`,
  outline: ["plan", "approval", "check the plan", ...stepsOfCarryOut],

  async run(tools, { app, version }) {
    const { step, apps } = tools;
    const first = await step("plan", ({ key }) => apps.planDeploy(app, version, key));
    const plan = await agreed(
      tools,
      first,
      ({ to }, key) => apps.planDeploy(app, to, key),
      (one, isChanged) => ({ ask: questionOf(one, headline(one), { isChanged }) }),
    );
    if (plan.isEmpty) return say(`${app} already runs ${plan.to}; there is nothing to change.`);
    return carryOut(tools, plan, wayBack(plan));
  },
});

function headline({ domain, recipe, from, to }: DeployPlan): string {
  if (from === null) return `Deploy ${domain} with ${recipe} ${to}?`;
  return from === to
    ? `Deploy ${domain} again with ${recipe} ${to}?`
    : `Deploy ${domain}: ${recipe} from ${from} to ${to}?`;
}

function wayBack({ domain, from, to }: DeployPlan): string {
  if (from === null) return `To take it off the server: \`app undeploy ${domain}\``;
  return from === to
    ? `More about it: \`app show ${domain}\``
    : `To go back: \`app deploy ${domain} ${from}\``;
}
