import type { Memory } from "./memory.ts";
import { isOver } from "./signs.ts";
import type { Rules, Sight, TaskSight } from "./sight.ts";

/**
 * Whether the service runs as wanted and has done so for long enough: the settle time of its rules; and
 * after a crash, longer than any failed task had lived before, or an app that dies after nine seconds would
 * be called well on its second life.
 */
export function hasConverged(memory: Memory, rules: Rules, sight: Sight, isUpdating: boolean): boolean {
  const good = sight.tasks.filter((task) => task.isCurrent && isGood(task, rules));
  const places = new Set(good.map((task) => task.slot)).size;
  if (isUpdating || places < sight.wanted) {
    delete memory.steady;
    return false;
  }
  if (sight.wanted === 0 || rules.isUnchanged || good.every((task) => task.state === "complete")) return true;
  const tasks = good
    .map((task) => task.id)
    .sort()
    .join();
  if (memory.steady?.tasks !== tasks) memory.steady = { tasks, sinceMs: sight.atMs };
  const needMs = rules.settleMs + memory.longestLifeMs;
  return sight.atMs - memory.steady.sinceMs >= needMs;
}

/** When the settle time that is running now will be over, in ms since 1970. */
export function settlesAtMs(memory: Memory, rules: Rules): number | undefined {
  if (memory.steady === undefined) return undefined;
  return memory.steady.sinceMs + rules.settleMs + memory.longestLifeMs;
}

/**
 * Running and meant to run; or run to its end, where that is the aim (docker/cli#5299: the CLI waits for
 * ever).
 */
function isGood(task: TaskSight, rules: Rules): boolean {
  if (task.state === "complete") return rules.isJob || rules.restarts !== "any";
  return task.state === "running" && !isOver(task.desired);
}
