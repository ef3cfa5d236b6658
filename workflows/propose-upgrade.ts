import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { Problem, type ProblemText } from "../src/core/problem.ts";
import { AppDomain, RecipeVersion } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { agreedUpgrade, takesBackup, type UpgradePlan } from "./parts/upgrading.ts";
import upgradeAgreed from "./upgrade-agreed.ts";

/**
 * Asks for an upgrade that nobody asked for: Tandem has seen a newer version. It does not hold the app's lock while it
 * waits for voices, so that the app can be worked on meanwhile; what was agreed to is then done under that lock. (Its
 * own lock is for the next proposal of the same app.)
 */
export default workflow({
  input: z.strictObject({ app: AppDomain, from: RecipeVersion, to: RecipeVersion }),
  lock: ({ app }) => `proposal for ${app}`,
  outline: ["plan", "approval", "check the plan", "upgrade"],

  async run(tools, { app, from, to }) {
    const { step, child, upgrades } = tools;
    const first = await step("plan", async ({ key }): Promise<UpgradePlan | { problem: ProblemText }> => {
      try {
        return await upgrades.plan(app, to, key);
      } catch (thrown) {
        if (thrown instanceof Problem) return { problem: thrown.text };
        throw thrown;
      }
    });
    if ("problem" in first) return cannotBePlanned(app, from, to, first.problem);
    const plan = await agreedUpgrade(tools, first, { expires: "7d" });
    if (plan.isEmpty) return say(`${app} already runs ${plan.to}.`);
    const because = { hash: plan.hash, withBackup: takesBackup(plan) };
    return child("upgrade", upgradeAgreed, { app, to: plan.to, because });
  },
});

function cannotBePlanned(app: string, from: string, to: string, problem: ProblemText): Message {
  return say(`There is ${to} for ${app}, which runs ${from}; but it cannot be upgraded as it is.`, {
    list: [problem.happened, problem.remedy],
    next: `Then: \`app upgrade ${app} ${to}\``,
  });
}
