import type { Engine } from "./engine/connect.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import { render } from "./plan/render.ts";
import type { StackInput, StackSight } from "./types.ts";

/** Every stack of the Swarm by its services' labels, whoever deployed it; one call. */
export async function stackSights(engine: Engine, stack?: string): Promise<StackSight[]> {
  const label = stack === undefined ? namespaceLabel : `${namespaceLabel}=${stack}`;
  const found = new Map<string, StackSight>();
  for (const { Spec } of await engine.services({ label: [label] })) {
    const name = Spec.Labels?.[namespaceLabel] ?? "";
    const sight = found.get(name) ?? { stack: name, services: [] };
    found.set(name, sight);
    sight.services.push({
      service: shortName(name, Spec.Name),
      labels: Spec.Labels ?? {},
      env: Spec.TaskTemplate.ContainerSpec.Env ?? [],
    });
  }
  return [...found.values()].sort((a, b) => (a.stack < b.stack ? -1 : 1));
}

/**
 * Names of the variables that the compose files themselves give to a service, without those that come along
 * by `appEnv`. Throws the Problem of files that cannot be read.
 */
export function variablesInFiles({ appEnv: _appEnv, ...input }: StackInput, service: string): string[] {
  const found = render(input).services.find((one) => one.service === service);
  return (found?.spec.TaskTemplate.ContainerSpec.Env ?? []).map((line) => line.split("=")[0] ?? line);
}
