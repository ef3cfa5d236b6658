import { canonicalJson, type Json } from "../../core/canonical.ts";
import type { ServiceSpec } from "../engine/types.ts";
import { hasHealthcheck } from "../plan/timeout.ts";
import type { Rules } from "./sight.ts";

/**
 * Without a healthcheck, running is all that can be seen, so it has to last: as long as the update's
 * monitor, and at least this long. Eight seconds is a common life of an app that waits for its database and
 * gives up (docker stack deploy calls that a success after 5 s). What dies later is for the probation to
 * notice.
 */
export const leastSettleMs = 10_000;
/**
 * With one, `running` already means a healthy probe (facts: swarm §5.1); this only lets the engine come to
 * rest.
 */
const healthySettleMs = 1_000;
/** Docker's own default of update_config.monitor. */
const defaultMonitor = 5e9;

/** One crash can be bad luck (the database was slower); the second in the same place is a loop. */
const usualFailures = 2;

/** A job may be meant to try again until its database is there: as often as its recipe says. */
function jobFailures(spec: ServiceSpec): number {
  const attempts = spec.TaskTemplate.RestartPolicy?.MaxAttempts ?? 0;
  return attempts === 0 ? usualFailures : attempts + 1;
}

interface Before {
  spec: Json;
  tasks: string[];
  updateStartedAt?: string;
}

/** The rules for one service, from the spec that is live and the one from before (null: there was none). */
export function rulesOf(service: string, spec: ServiceSpec, before: Before | null): Rules {
  const action = spec.UpdateConfig?.FailureAction;
  const condition = spec.TaskTemplate.RestartPolicy?.Condition;
  const isJob = spec.Mode?.ReplicatedJob !== undefined || spec.Mode?.GlobalJob !== undefined;
  return {
    service,
    isNew: before === null,
    isUnchanged: before !== null && runsTheSame(spec, before.spec as unknown as ServiceSpec),
    oldTasks: before?.tasks ?? [],
    ...(before?.updateStartedAt === undefined ? {} : { oldUpdate: before.updateStartedAt }),
    failureAction: action === "rollback" || action === "continue" ? action : "pause",
    isJob,
    failuresOfALoop: isJob ? jobFailures(spec) : usualFailures,
    restarts: condition === "none" || condition === "on-failure" ? condition : "any",
    hasHealthcheck: hasHealthcheck(spec.TaskTemplate.ContainerSpec.Healthcheck),
    settleMs: settleMs(spec),
  };
}

/**
 * How long a service must run as wanted until that counts, in ms: max(monitor, 10 s), or 1 s with a
 * healthcheck.
 */
export function settleMs(spec: ServiceSpec): number {
  if (hasHealthcheck(spec.TaskTemplate.ContainerSpec.Healthcheck)) return healthySettleMs;
  const monitor = spec.UpdateConfig?.Monitor;
  return Math.max(leastSettleMs, (monitor === undefined || monitor === 0 ? defaultMonitor : monitor) / 1e6);
}

/**
 * Whether no task is restarted between two specs as the engine gives them: labels of the service alone do
 * not count.
 */
function runsTheSame(a: ServiceSpec, b: ServiceSpec): boolean {
  const running = ({ TaskTemplate, EndpointSpec, Mode }: ServiceSpec) =>
    canonicalJson({ TaskTemplate, EndpointSpec, Mode });
  return running(a) === running(b);
}
