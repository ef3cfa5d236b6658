import { say, type Message } from "../../src/chat/message.ts";
import type { Tools, Trades } from "../../src/workflow/define.ts";
import type { DeployPlan } from "./deploying.ts";

/**
 * The answer where what was asked for is there already. Specs alone do not say that it runs: an update may have been
 * paused, or its tasks may die again and again. So it is looked, and what is wrong is said.
 */
export async function nothingToChange(
  { step, apps }: Pick<Tools & Trades, "step" | "apps">,
  plan: DeployPlan,
  words: string,
): Promise<Message> {
  const { domain: app } = plan;
  const verdict = await step("look whether it is well", ({ signal }) => apps.verdict(plan, { signal }));
  if (verdict.outcome === "converged") return say(words);
  const { reason = "it did not say why", lastLines = [] } = verdict;
  return say(words, {
    list: [`**But it is not well**: ${reason}`],
    ...(lastLines.length > 0 && { code: lastLines.join("\n") }),
    next: `What it says: \`app logs ${app}\`. To start it anew: \`app restart ${app}\``,
  });
}
