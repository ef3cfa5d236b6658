import type { Json } from "../core/canonical.ts";
import type { Engine } from "./engine/connect.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import { render } from "./plan/render.ts";
import type { StackInput, StackSight, StackSnapshot } from "./types.ts";

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

/** What runs of a stack now. */
export async function stackSnapshot(engine: Engine, stack: string): Promise<StackSnapshot> {
  const label = [`${namespaceLabel}=${stack}`];
  const [services, tasks] = await Promise.all([engine.services({ label }), engine.tasks({ label })]);
  return {
    services: Object.fromEntries(
      services.map(({ ID, Spec, Version }) => [
        shortName(stack, Spec.Name),
        {
          id: ID,
          spec: Spec as unknown as Json,
          version: Version.Index,
          tasks: tasks.filter((task) => task.ServiceID === ID).map((task) => task.ID),
        },
      ]),
    ),
  };
}

/**
 * Names of the variables that the compose files themselves give to a service, without those that come along
 * by `appEnv`. Throws the Problem of files that cannot be read.
 */
export function variablesInFiles({ appEnv: _appEnv, ...input }: StackInput, service: string): string[] {
  const found = render(input).services.find((one) => one.service === service);
  return (found?.spec.TaskTemplate.ContainerSpec.Env ?? []).map((line) => line.split("=")[0] ?? line);
}
