/**
 * Services that swarm-cronjob starts by their schedule (facts: co-op-cloud §14). At each tick it writes the service
 * anew: the replicas of a run, and ForceUpdate (crazy-max/swarm-cronjob, internal/worker/worker.go). Nobody has
 * changed the app by that, and nobody should be asked again or be put back for it.
 */
import { canonicalJson, type Json } from "../core/canonical.ts";
import type { ServiceSpec } from "./engine/types.ts";

const enableLabel = "swarm.cronjob.enable";
/** The words that swarm-cronjob takes for yes. */
const yes = ["1", "t", "T", "true", "True", "TRUE"];

/** Whether swarm-cronjob starts this service. */
export function isCronjob(spec: ServiceSpec | Json): boolean {
  return yes.includes((spec as Partial<ServiceSpec> | null)?.Labels?.[enableLabel] ?? "");
}

/** A spec without what a tick writes, for comparisons and hashes; any other service's comes back as it is. */
export function withoutTicks<Spec extends ServiceSpec | Json>(spec: Spec): Spec {
  if (!isCronjob(spec)) return spec;
  const bare = structuredClone(spec) as unknown as ServiceSpec;
  delete bare.TaskTemplate.ForceUpdate;
  delete bare.Mode?.Replicated?.Replicas;
  delete bare.Mode?.ReplicatedJob?.MaxConcurrent;
  // Stands there for a moment while more than one replica is started.
  delete bare.Labels?.["swarm.cronjob.scaledown"];
  return bare as unknown as Spec;
}

/** Whether two specs are equal but for what ticks write. */
export function sameButTicks(a: ServiceSpec | Json, b: ServiceSpec | Json): boolean {
  return canonicalJson(withoutTicks(a)) === canonicalJson(withoutTicks(b));
}

/**
 * As it is between two runs. The last tick has left its replicas there: sent with anything else that is new, they would
 * make it run at once, outside its schedule.
 */
export function atRest(spec: ServiceSpec): ServiceSpec {
  if (!isCronjob(spec) || spec.Mode?.Replicated === undefined) return spec;
  return { ...spec, Mode: { Replicated: { Replicas: 0 } } };
}

/** Without its schedule: swarm-cronjob forgets a service that says so (internal/app/app.go), and no tick starts it. */
export function unscheduled(spec: ServiceSpec): ServiceSpec {
  return isCronjob(spec) ? { ...spec, Labels: { ...spec.Labels, [enableLabel]: "false" } } : spec;
}

/** With the schedule that `meant` has, if it has one. */
export function scheduledAs(spec: ServiceSpec, meant: ServiceSpec): ServiceSpec {
  const enable = meant.Labels?.[enableLabel];
  return enable === undefined ? spec : { ...spec, Labels: { ...spec.Labels, [enableLabel]: enable } };
}
