import { z } from "zod";
import { AppDomain, RecipeCommit, RecipeVersion } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";
import {
  agreedPlan,
  aimOf,
  carryOut,
  questionOf,
  stepsOfCarryOut,
  type DeployPlan,
} from "./parts/deploying.ts";
import { nothingToChange } from "./parts/nothing-to-change.ts";

const Wish = z.strictObject({
  app: AppDomain,
  version: RecipeVersion.optional(),
  /** A commit in place of a release; without one the head of the default branch. */
  chaos: z.boolean().default(false),
  commit: z.union([RecipeCommit, RecipeVersion]).optional(),
  noDomainChecks: z.boolean().default(false),
});

/** Brings an app to a version: the first time, to a newer or older one, or again with other settings. */
export default workflow({
  input: Wish,
  // Two deploys of one app would undo each other's work.
  lock: ({ app }) => `app ${app}`,
  outline: ["plan", "approval", "check the plan", ...stepsOfCarryOut],

  async run(tools, { app, version, chaos, commit, noDomainChecks }) {
    const { step, apps } = tools;
    const checkDomains = !noDomainChecks;
    const wanted = { checkDomains, ...(chaos && { chaos: commit ?? (true as const) }) };
    const first = await step("plan", ({ key }) => apps.planDeploy(app, version, key, wanted));
    const plan = await agreedPlan(
      tools,
      first,
      ({ to, chaos: at }, key) =>
        apps.planDeploy(app, to, key, { checkDomains, ...(at !== null && { chaos: at.commit }) }),
      (one, isChanged) => ({ ask: questionOf(one, headline(one), { isChanged }) }),
    );
    if (plan.isEmpty)
      return nothingToChange(tools, plan, `${app} already runs ${aimOf(plan)}; there is nothing to change.`);
    return carryOut(tools, plan, wayBack(plan));
  },
});

function headline({ domain, recipe, from, to, chaos }: DeployPlan): string {
  if (chaos !== null) return `Deploy ${domain} with ${recipe} at commit ${chaos.short}, which is no release?`;
  if (from === null) return `Deploy ${domain} with ${recipe} ${to}?`;
  return from === to
    ? `Deploy ${domain} again with ${recipe} ${to}?`
    : `Deploy ${domain}: ${recipe} from ${from} to ${to}?`;
}

function wayBack({ domain, from, to, chaos }: DeployPlan): string {
  if (chaos !== null) return `To go back to releases: \`app deploy ${domain}\``;
  if (from === null) return `To take it off the server: \`app undeploy ${domain}\``;
  return from === to
    ? `More about it: \`app show ${domain}\``
    : `To go back: \`app deploy ${domain} ${from}\``;
}
