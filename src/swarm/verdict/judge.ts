import { fatalCode, reasonFor } from "./causes.ts";
import { hasConverged, settlesAtMs } from "./converging.ts";
import { emptyMemory, type Bad, type Memory } from "./memory.ts";
import type { Rules, ServiceVerdict, Sight } from "./sight.ts";
import { badSign, causeOf, isOver, note, stuckPending } from "./signs.ts";
import { standingOf } from "./standing.ts";

/**
 * Watches one service through what it is shown, and says when there is a verdict. Knows no engine and no
 * clock.
 */
export interface Judge {
  /**
   * Takes in one look. A failure stays; that all is well holds for as long as the looks say so, since an end is often
   * heard of after the last quiet moment.
   */
  see(sight: Sight): ServiceVerdict | undefined;
  /** The verdict, if there is one. */
  verdict(): ServiceVerdict | undefined;
  /** Swarm has begun to put the service back. */
  isGoingBack(): boolean;
  /** Where it stands, in a few words. */
  standing(): string;
  /** The verdict when there is no more time: names the state in which it hung. */
  tooLate(): ServiceVerdict;
  /**
   * The task that most likely shows what is wrong, as soon as there is one: its logs may not be there for
   * long.
   */
  suspect(): string | undefined;
  /** When a verdict is due if nothing changes, in ms since 1970. */
  dueAtMs(): number | undefined;
}

/** A judge for one service (facts: swarm §5.3.5). */
export function openJudge(rules: Rules): Judge {
  const memory = emptyMemory();
  return {
    see(sight) {
      memory.last = sight;
      if (memory.given === undefined || memory.given.outcome === "converged") {
        memory.given = decide(memory, rules, sight);
      }
      return memory.given;
    },
    verdict: () => memory.given,
    isGoingBack: () => memory.rollback !== undefined && memory.given === undefined,
    standing: () => standingOf(memory, rules),
    tooLate: () => memory.given ?? tooLate(memory, rules),
    suspect: () => memory.rollback?.task ?? memory.doom?.task ?? [...memory.failures.keys()].at(-1),
    dueAtMs: () => settlesAtMs(memory, rules),
  };
}

function decide(memory: Memory, rules: Rules, sight: Sight): ServiceVerdict | undefined {
  if (sight.live === "gone") return failed(rules, { code: "service-gone", detail: "" });
  note(memory, rules, sight);
  const update = sight.update?.startedAt === rules.oldUpdate ? undefined : sight.update;
  if (update?.state.startsWith("rollback") === true || sight.live === "before") {
    return wentBack(memory, rules, sight, update?.state);
  }
  if (sight.live === "other") return failed(rules, { code: "changed-meanwhile", detail: "" });
  if (update?.state === "paused") {
    const cause = causeOf(memory, rules, sight);
    return failed(rules, { ...cause, code: memory.doom?.code ?? fatalCode(cause.detail) ?? "paused" });
  }
  const stuck = stuckPending(memory, rules, sight);
  if (stuck !== undefined) return failed(rules, stuck);
  const isUpdating = update?.state === "updating";
  memory.doom ??= badSign(memory, rules, sight);
  if (memory.doom !== undefined) {
    // Swarm watches an update itself and will go back; how that ends is the verdict. Once the update is
    // over it will not.
    return rules.failureAction === "rollback" && isUpdating ? undefined : failed(rules, memory.doom);
  }
  return hasConverged(memory, rules, sight, isUpdating) ? { outcome: "converged" } : undefined;
}

/**
 * Swarm restores the old spec in the moment it begins to go back: that it runs as wanted afterwards proves
 * nothing.
 */
function wentBack(
  memory: Memory,
  rules: Rules,
  sight: Sight,
  state: string | undefined,
): ServiceVerdict | undefined {
  memory.rollback ??= causeOf(memory, rules, sight);
  if (state === "rollback_started") return undefined;
  if (state === "rollback_paused") return failed(rules, { ...memory.rollback, code: "rollback-paused" });
  return { ...failed(rules, { ...memory.rollback, code: "rolled-back" }), outcome: "rolled back" };
}

function tooLate(memory: Memory, rules: Rules): ServiceVerdict {
  if (memory.rollback !== undefined) {
    const detail = `${memory.rollback.detail}; going back had not ended when time was up`;
    return { ...failed(rules, { ...memory.rollback, detail, code: "rolled-back" }), outcome: "rolled back" };
  }
  if (memory.doom !== undefined) return failed(rules, memory.doom);
  const shown =
    memory.last?.tasks.find((task) => task.isCurrent && !isOver(task.state))?.id ??
    [...memory.failures.keys()].at(-1);
  const detail = standingOf(memory, rules);
  return failed(rules, { code: "not-ready", detail, ...(shown === undefined ? {} : { task: shown }) });
}

function failed(rules: Rules, { code, detail, task }: Bad): ServiceVerdict {
  const reason = reasonFor(code, rules.service, detail);
  return { outcome: "failed", code, reason, ...(task === undefined ? {} : { task }) };
}
