import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { upgradeChanged, upgradeNeedsPerson } from "../src/core/problems/upgrades.ts";
import { AppDomain, RecipeVersion } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { carryOutUpgrade } from "./parts/upgrading.ts";

/**
 * An upgrade about which nobody is asked any more: its plan was agreed to as part of something larger (`hash`), or
 * the app's policy allows it. Only other workflows begin it. Whatever else the plan would do is refused.
 */
export default workflow({
  input: z.strictObject({
    app: AppDomain,
    to: RecipeVersion,
    because: z.union([
      /** `withBackup`: it was agreed to with a backup first. Left out by earlier versions: as is planned now. */
      z.strictObject({ hash: z.string(), withBackup: z.boolean().optional() }),
      z.strictObject({ policy: z.enum(["patch", "minor"]) }),
    ]),
  }),
  lock: ({ app }) => `app ${app}`,

  async run(tools, { app, to, because }) {
    const { step, upgrades } = tools;
    const plan = await step("plan", ({ key }) => upgrades.plan(app, to, key));
    if (plan.isEmpty) return say(`${app} already runs ${plan.to}.`);
    if ("hash" in because && plan.hash !== because.hash) throw upgradeChanged({ app, to });
    const reasons =
      "policy" in because
        ? await step("ask the policy", () =>
            // It may have waited for another run's end until the morning.
            upgrades.isWindowOpen()
              ? upgrades.reasonsToAsk(plan, because.policy)
              : ["the window had closed before it could begin"],
          )
        : [];
    if (reasons.length > 0) throw upgradeNeedsPerson({ app, to, reasons });
    return carryOutUpgrade(tools, plan, "hash" in because ? because.withBackup : undefined);
  },
});
