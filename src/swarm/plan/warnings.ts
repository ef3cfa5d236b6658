import type { NetworkSpec } from "../compose/index.ts";
import { shortName, type Rendered } from "./rendered.ts";
import type { EngineNetwork, Live } from "./live.ts";
import { hasHealthcheck } from "./timeout.ts";

/** What is no reason to refuse, but should be known before somebody agrees. */
export function warningsOf(rendered: Rendered, live: Live): string[] {
  const warnings = [...rendered.warnings];
  const long = rendered.services.filter(({ spec }) => !isJob(spec.Mode));
  const unchecked = long.filter(({ spec }) => !hasHealthcheck(spec.TaskTemplate.ContainerSpec.Healthcheck));
  if (unchecked.length > 0) {
    warnings.push(
      `No healthcheck in the recipe: ${names(unchecked)}. That it keeps running is then the whole test.`,
    );
  }
  const stays = long.filter(({ spec }) => spec.UpdateConfig?.FailureAction !== "rollback");
  if (stays.length > 0) {
    warnings.push(`Swarm does not go back by itself if an update of ${names(stays)} fails (failure_action).`);
  }
  for (const { service, spec } of rendered.services) {
    const [image = ""] = spec.TaskTemplate.ContainerSpec.Image.split("@");
    if (/:latest$/.test(image))
      warnings.push(`${service} uses ${image}: what that is changes without notice.`);
    const { Delay = 0, Monitor = 0 } = spec.UpdateConfig ?? {};
    // moby#37972: a failure that falls into the delay is not noticed by the monitor.
    if (Delay > 0 && (Monitor === 0 ? 5e9 : Monitor) <= Delay) {
      warnings.push(
        `${service}: update_config.monitor is not longer than delay, which can keep Swarm from going back.`,
      );
    }
  }
  return [...warnings, ...kept(rendered, live)];
}

/** What exists with other options is kept as it is by the engine, without a word (facts: swarm §2.1). */
function kept(rendered: Rendered, live: Live): string[] {
  const warnings: string[] = [];
  for (const wanted of rendered.networks) {
    const found = live.networks.find((one) => one.Name === wanted.Name);
    if (found !== undefined && !sameNetwork(wanted, found)) {
      const name = shortName(rendered.stack, wanted.Name);
      warnings.push(
        `The network ${name} exists with other options than the recipe has now; it stays as it is.`,
      );
    }
  }
  for (const wanted of rendered.secrets) {
    if (live.secrets.some((one) => one.Spec.Name === wanted.Name)) {
      warnings.push(`The secret ${wanted.Name} exists; its content is kept, whatever the file says now.`);
    }
  }
  return warnings;
}

function sameNetwork(wanted: NetworkSpec, found: EngineNetwork): boolean {
  const options = Object.entries(wanted.Options ?? {});
  return (
    wanted.Driver === found.Driver &&
    (wanted.Internal ?? false) === (found.Internal ?? false) &&
    (wanted.Attachable ?? false) === (found.Attachable ?? false) &&
    options.every(([key, value]) => found.Options?.[key] === value)
  );
}

function isJob(mode: { ReplicatedJob?: unknown; GlobalJob?: unknown } | undefined): boolean {
  return mode?.ReplicatedJob !== undefined || mode?.GlobalJob !== undefined;
}

function names(services: { service: string }[]): string {
  return services.map((one) => one.service).join(", ");
}
