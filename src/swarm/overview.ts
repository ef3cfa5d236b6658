import type { Engine } from "./engine/connect.ts";
import type { EngineService } from "./engine/types.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";

/** What runs of a stack, as far as one call tells it. */
export interface StackOverview {
  stack: string;
  services: { service: string; running: number; wanted: number }[];
  /** The label `coop-cloud.<stack>.version` of the service `app`, as it stands there. */
  version: string | null;
}

interface WithStatus extends EngineService {
  /** Docker Engine API 1.41 and later, when it is asked for. */
  ServiceStatus?: { RunningTasks: number; DesiredTasks: number };
}

/** All stacks of the Swarm in one call, however many there are. Services that belong to no stack are left out. */
export async function overviewOf(engine: Engine): Promise<StackOverview[]> {
  const services = await engine.ask(
    "list services",
    () => engine.docker.listServices({ status: true } as object) as unknown as Promise<WithStatus[]>,
  );
  const byStack = Map.groupBy(services, ({ Spec }) => Spec.Labels?.[namespaceLabel] ?? "");
  byStack.delete("");
  return [...byStack].map(([stack, found]) => ({
    stack,
    services: found.map(({ Spec, ServiceStatus }) => ({
      service: shortName(stack, Spec.Name),
      running: ServiceStatus?.RunningTasks ?? 0,
      wanted: ServiceStatus?.DesiredTasks ?? 0,
    })),
    version:
      found.find(({ Spec }) => shortName(stack, Spec.Name) === "app")?.Spec.Labels?.[
        `coop-cloud.${stack}.version`
      ] ?? null,
  }));
}
