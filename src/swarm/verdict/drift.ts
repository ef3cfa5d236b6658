import type { EngineService, ServiceSpec } from "../engine/types.ts";
import { shortName } from "../plan/rendered.ts";
import type { StackPlan } from "../types.ts";
import { reasonFor } from "./causes.ts";
import type { StackVerdict } from "./jury.ts";

/**
 * The last look before a deploy is called good: whether the version label and the image that are live are those that
 * were meant. A silent rollback and `docker service update` show in nothing else (facts: co-op-cloud §12.1); our own
 * label stays on a service that somebody updates by hand.
 */
export function driftOf(plan: StackPlan, live: EngineService[]): StackVerdict | undefined {
  for (const { service, change } of plan.changes) {
    const meant = plan.specs.services[service] as unknown as ServiceSpec | undefined;
    if (change === "remove" || meant === undefined) continue;
    const found = live.find((one) => shortName(plan.stack, one.Spec.Name) === service)?.Spec;
    const detail = found === undefined ? undefined : difference(plan.stack, meant, found);
    if (detail === undefined) continue;
    return { outcome: "failed", code: "drifted", service, reason: reasonFor("drifted", service, detail) };
  }
  return undefined;
}

/** After a rollback: which version the label tells now and which was meant; undefined where no label differs. */
export function versionWords(plan: StackPlan, live: EngineService[]): string | undefined {
  for (const { Spec } of live) {
    const meant = plan.specs.services[shortName(plan.stack, Spec.Name)] as unknown as ServiceSpec | undefined;
    if (meant === undefined || version(plan.stack, meant) === version(plan.stack, Spec)) continue;
    const [now = "no version", wanted = "none"] = [version(plan.stack, Spec), version(plan.stack, meant)];
    return `It runs ${now}, and ${wanted} was meant.`;
  }
  return undefined;
}

function difference(stack: string, meant: ServiceSpec, live: ServiceSpec): string | undefined {
  if (version(stack, meant) !== version(stack, live)) {
    const [now = "not told", wanted = "none"] = [version(stack, live), version(stack, meant)];
    return `its version is ${now}, and ${wanted} was meant`;
  }
  const image = ({ TaskTemplate }: ServiceSpec): string => TaskTemplate.ContainerSpec.Image;
  return image(meant) === image(live)
    ? undefined
    : `its image is ${image(live)}, and ${image(meant)} was meant`;
}

function version(stack: string, { Labels }: ServiceSpec): string | undefined {
  return Labels?.[`coop-cloud.${stack}.version`];
}
