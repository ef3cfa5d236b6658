import type { Tools, Trades } from "../../src/workflow/define.ts";

type DataPlan = Parameters<Trades["backups"]["runLaterHooks"]>[0];

/**
 * Where only the databases were up while their dumps were read back, the restore hooks of other services run now that
 * all is. Answers what ran, in words.
 */
export async function laterHooks(
  { step, backups }: Pick<Tools & Trades, "step" | "backups">,
  plan: DataPlan,
): Promise<string[]> {
  const { first, postHooks } = plan;
  if (first.length === 0 || postHooks.every(({ service }) => first.includes(service))) return [];
  return step("run the other hooks", ({ signal }) => backups.runLaterHooks(plan, signal));
}
