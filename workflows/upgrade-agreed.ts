import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { upgradeChanged, upgradeNeedsPerson } from "../src/core/problems/upgrades.ts";
import { AppDomain, RecipeVersion } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import type { Deployed } from "./parts/deploying.ts";
import { carryOutUpgrade } from "./parts/upgrading.ts";

const Wish = z.strictObject({
  app: AppDomain,
  to: RecipeVersion,
  because: z.union([
    /** `withBackup`: it was agreed to with a backup first. Left out by earlier versions: as is planned now. */
    z.strictObject({ hash: z.string(), withBackup: z.boolean().optional() }),
    z.strictObject({ policy: z.enum(["patch", "minor"]) }),
  ]),
});
type Wished = z.output<typeof Wish>;

const told = { input: Wish, lock: ({ app }: Wished) => `app ${app}` };

/** What runs was not looked at after the backup: runs that began so may have written to it by now. */
const unlooked = workflow({ ...told, run: (tools, wish) => story(tools, wish, { looksAgain: false }) });

/**
 * An upgrade about which nobody is asked any more: its plan was agreed to as part of something larger (`hash`), or
 * the app's policy allows it. Only other workflows begin it. Whatever else the plan would do is refused.
 */
export default workflow({
  ...told,
  version: 2,
  older: [unlooked],
  run: (tools, wish) => story(tools, wish, { looksAgain: true }),
});

async function story(
  tools: Tools & Trades,
  { app, to, because }: Wished,
  { looksAgain }: { looksAgain: boolean },
): Promise<Deployed> {
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
  const isPromised = "hash" in because ? because.withBackup : undefined;
  return carryOutUpgrade(tools, plan, { looksAgain, ...(isPromised !== undefined && { isPromised }) });
}
