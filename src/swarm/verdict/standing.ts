import type { Memory } from "./memory.ts";
import type { Rules, TaskSight } from "./sight.ts";
import { isOver } from "./signs.ts";

/** Where a service stands, in a few words: for progress lines, and as the state in which it hung. */
export function standingOf(memory: Memory, rules: Rules): string {
  const sight = memory.last;
  if (sight === undefined) return "not seen yet";
  if (memory.rollback !== undefined) return `going back: ${memory.rollback.detail}`;
  if (memory.doom !== undefined) return `failing: ${memory.doom.detail || memory.doom.code}`;
  const current = sight.tasks.filter((task) => task.isCurrent && !isOver(task.desired));
  const running = current.filter((task) => task.state === "running").length;
  const waiting = current.find((task) => task.state !== "running" && !isOver(task.state));
  const words = [`${running} of ${sight.wanted} running`];
  if (waiting !== undefined) words.push(stateWords(waiting, rules));
  const failures = memory.failures.size;
  const latest = [...memory.failures.values()].at(-1);
  if (latest !== undefined)
    words.push(`failed ${failures === 1 ? "once" : `${failures} times`} (${latest.detail})`);
  else if (waiting === undefined && running < sight.wanted) words.push("no task is being started");
  if (sight.update?.state === "updating" && sight.update.startedAt !== rules.oldUpdate)
    words.push("update under way");
  return words.join(", ");
}

function stateWords(task: TaskSight, rules: Rules): string {
  // A container with a healthcheck stays `starting` until its first good probe.
  const told = task.health ?? (rules.hasHealthcheck ? "starting" : undefined);
  const health = told === undefined || task.state !== "starting" ? "" : ` (health: ${told})`;
  const why = task.err === undefined || task.err === "" ? "" : `: ${task.err}`;
  return `${task.state}${health}${why}`;
}
