import type { Healthcheck, ServiceSpec } from "../engine/types.ts";

/** For pulling images and starting containers, beside what healthchecks may take. */
export const pullAllowanceSeconds = 120;
/** The engine's own values where a healthcheck leaves them out (Docker documentation, HEALTHCHECK). */
const defaultProbe = { intervalSeconds: 30, timeoutSeconds: 30, retries: 3 };

/**
 * How long a deploy may take, in seconds: what was asked for, else the label `coop-cloud.<stack>.timeout`
 * (TIMEOUT of the recipe), else the slowest healthcheck (start period + retries × (interval + timeout)) and
 * an allowance for the pull (facts: swarm §5.3.6), once per batch of an update.
 */
export function timeoutOf(stack: string, specs: ServiceSpec[], asked?: number): number {
  if (asked !== undefined) return asked;
  for (const spec of specs) {
    const label = Number(spec.Labels?.[`coop-cloud.${stack}.timeout`]);
    if (label > 0) return label;
  }
  return Math.ceil(pullAllowanceSeconds + Math.max(0, ...specs.map(slowest)));
}

function slowest(spec: ServiceSpec): number {
  const update = spec.UpdateConfig;
  const replicas = spec.Mode?.Replicated?.Replicas ?? 1;
  const parallelism = update?.Parallelism ?? 1;
  const batches = parallelism === 0 ? 1 : Math.max(1, Math.ceil(replicas / parallelism));
  const between = secondsOf(update?.Delay) + secondsOf(update?.Monitor ?? 5e9);
  const stop = secondsOf(spec.TaskTemplate.ContainerSpec.StopGracePeriod ?? 10e9);
  return batches * (probeSeconds(spec.TaskTemplate.ContainerSpec.Healthcheck) + between + stop);
}

/** Seconds until a container is judged unhealthy at the latest. */
export function probeSeconds(check: Healthcheck | undefined): number {
  if (!hasHealthcheck(check)) return 0;
  const interval = secondsOf(check?.Interval) || defaultProbe.intervalSeconds;
  const timeout = secondsOf(check?.Timeout) || defaultProbe.timeoutSeconds;
  const retries = check?.Retries === undefined || check.Retries === 0 ? defaultProbe.retries : check.Retries;
  return secondsOf(check?.StartPeriod) + retries * (interval + timeout);
}

/**
 * Whether the spec itself brings a healthcheck (an image may bring one too; then tasks say so by staying
 * `starting`).
 */
export function hasHealthcheck(check: Healthcheck | undefined): boolean {
  const first = check?.Test?.[0];
  return first !== undefined && first !== "NONE";
}

function secondsOf(nanoseconds: number | undefined): number {
  return (nanoseconds ?? 0) / 1e9;
}
