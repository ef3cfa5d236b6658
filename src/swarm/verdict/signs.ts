import { fatalCode, pendingCode, reasonFor } from "./causes.ts";
import type { Bad, Failure, Memory } from "./memory.ts";
import type { EngineTask } from "../engine/types.ts";
import type { Rules, Sight, TaskSight } from "./sight.ts";

/** The scheduler says "no suitable node" for a moment while it looks around; longer than this it means it. */
const pendingGraceMs = 3_000;

const over = new Set(["complete", "shutdown", "failed", "rejected", "orphaned", "remove"]);

/** Whether a task state is one that nothing follows. */
export function isOver(state: string): boolean {
  return over.has(state);
}

/** Whether a task runs and is to go on: on a node that has gone, one that was given up says "running" for a day. */
export function isRunning({ Status, DesiredState }: Pick<EngineTask, "Status" | "DesiredState">): boolean {
  return Status.State === "running" && !isOver(DesiredState);
}

/** Keeps in memory who runs since when, and who has failed. */
export function note(memory: Memory, rules: Rules, sight: Sight): void {
  for (const task of sight.tasks) {
    if (task.state === "running" && !memory.runningSince.has(task.id))
      memory.runningSince.set(task.id, sight.atMs);
    if (memory.failures.has(task.id) || rules.oldTasks.includes(task.id) || !hasFailed(task, rules)) continue;
    // After Swarm went back, tasks of the plan are no longer current: what was noted before stays noted.
    if (!task.isCurrent) continue;
    const since = memory.runningSince.get(task.id);
    if (since !== undefined) memory.longestLifeMs = Math.max(memory.longestLifeMs, sight.atMs - since);
    memory.failures.set(task.id, { task: task.id, slot: task.slot, detail: detailOf(task) });
  }
}

/**
 * Ending well is a failure too for what should run for ever. A lost node (`orphaned`) is not the app's
 * doing.
 */
function hasFailed(task: TaskSight, rules: Rules): boolean {
  if (task.state === "failed" || task.state === "rejected") return true;
  return task.state === "complete" && !rules.isJob && rules.restarts === "any";
}

function detailOf(task: TaskSight): string {
  if (task.err !== undefined && task.err !== "") return task.err;
  return task.state === "complete" ? "it ended by itself (exit 0)" : `exit ${task.exitCode ?? "unknown"}`;
}

/** A task that the scheduler cannot place, once it has said so for long enough. */
export function stuckPending(memory: Memory, rules: Rules, sight: Sight): Bad | undefined {
  const stuck = sight.tasks.find(
    (task) => task.isCurrent && task.state === "pending" && task.err !== undefined,
  );
  // While an old task stops it may hold the port or the memory that the new one waits for.
  const stopping = sight.tasks.some(
    (task) => rules.oldTasks.includes(task.id) && isOver(task.desired) && !isOver(task.state),
  );
  if (stuck === undefined || stopping) delete memory.pendingSinceMs;
  else memory.pendingSinceMs ??= sight.atMs;
  if (memory.pendingSinceMs === undefined || sight.atMs - memory.pendingSinceMs <= pendingGraceMs)
    return undefined;
  return { code: pendingCode(stuck?.err ?? ""), detail: stuck?.err ?? "" };
}

/** A sign that it will not become well. */
export function badSign(memory: Memory, rules: Rules, sight: Sight): Bad | undefined {
  const failures = [...memory.failures.values()];
  for (const { task, detail } of failures) {
    const code = fatalCode(detail) ?? (/unhealthy container/i.test(detail) ? "unhealthy" : undefined);
    if (code !== undefined) return { code, detail, task };
  }
  const sick = sight.tasks.find(
    (task) => task.isCurrent && task.health === "unhealthy" && !rules.oldTasks.includes(task.id),
  );
  if (sick !== undefined) return { code: "unhealthy", detail: "", task: sick.id };
  const worst = mostInOneSlot(failures);
  const latest = worst.at(-1);
  if (latest === undefined) return undefined;
  if (worst.length >= rules.failuresOfALoop) return { ...latest, code: "crash-loop" };
  return rules.restarts === "none" ? { ...latest, code: "crashed" } : undefined;
}

function mostInOneSlot(failures: Failure[]): Failure[] {
  const bySlot = Map.groupBy(failures, (failure) => failure.slot);
  return [...bySlot.values()].reduce((most, some) => (some.length > most.length ? some : most), []);
}

/** A failure between two looks: by the second one its task no longer belongs to the live spec. */
function missed(rules: Rules, sight: Sight): Failure | undefined {
  const task = sight.tasks.find(
    (one) => !rules.oldTasks.includes(one.id) && !one.isCurrent && hasFailed(one, rules),
  );
  return task === undefined ? undefined : { task: task.id, slot: task.slot, detail: detailOf(task) };
}

/** Why Swarm stopped or went back: its message names a task, and that task knows. */
export function causeOf(memory: Memory, rules: Rules, sight: Sight): Bad {
  if (memory.doom !== undefined) {
    const { code, detail } = memory.doom;
    return { ...memory.doom, detail: reasonFor(code, rules.service, detail) };
  }
  const message = sight.update?.message ?? "";
  const named = /task (\w+)/.exec(message)?.[1];
  const task = sight.tasks.find((one) => one.id === named);
  if (task !== undefined) return { code: "", detail: detailOf(task), task: task.id };
  const failure = [...memory.failures.values()].at(-1) ?? missed(rules, sight);
  if (failure !== undefined) return { code: "", detail: failure.detail, task: failure.task };
  return { code: "", detail: message, ...(named === undefined ? {} : { task: named }) };
}
