import { isCronjob } from "./cronjob.ts";
import type { Engine } from "./engine/connect.ts";
import type { EngineService, EngineTask } from "./engine/types.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";

/** What runs of a stack, as far as the lists of services and tasks tell it. */
export interface StackOverview {
  stack: string;
  /** `wanted` is what should run now: a cron job waits for its schedule, and what has run to its end is over. */
  services: { service: string; running: number; wanted: number }[];
  /** The label `coop-cloud.<stack>.version` of the service `app`, as it stands there. */
  version: string | null;
}

interface WithStatus extends EngineService {
  /** Docker Engine API 1.41 and later, when it is asked for. */
  ServiceStatus?: { RunningTasks: number; DesiredTasks: number };
}

/**
 * All stacks of the Swarm in one call, however many there are, and a second one where fewer tasks run than should.
 * Services that belong to no stack are left out.
 */
export async function overviewOf(engine: Engine): Promise<StackOverview[]> {
  const services = await engine.ask(
    "list services",
    () => engine.docker.listServices({ status: true } as object) as unknown as Promise<WithStatus[]>,
  );
  const byStack = Map.groupBy(services, ({ Spec }) => Spec.Labels?.[namespaceLabel] ?? "");
  byStack.delete("");
  const short = services.filter((one) => isShort(one) && !isCronjob(one.Spec));
  const tasks = short.length === 0 ? [] : await engine.tasks({ service: short.map(({ ID }) => ID) });
  return [...byStack].map(([stack, found]) => ({
    stack,
    services: found.map((one) => ({
      service: shortName(stack, one.Spec.Name),
      running: one.ServiceStatus?.RunningTasks ?? 0,
      wanted: wantedNow(one, tasks),
    })),
    version:
      found.find(({ Spec }) => shortName(stack, Spec.Name) === "app")?.Spec.Labels?.[
        `coop-cloud.${stack}.version`
      ] ?? null,
  }));
}

function isShort({ ServiceStatus }: WithStatus): boolean {
  return (ServiceStatus?.RunningTasks ?? 0) < (ServiceStatus?.DesiredTasks ?? 0);
}

function wantedNow(service: WithStatus, tasks: readonly EngineTask[]): number {
  if (isCronjob(service.Spec)) return 0;
  return Math.max(0, (service.ServiceStatus?.DesiredTasks ?? 0) - endedWell(service, tasks));
}

/** Of a service that is not started again after its end: in how many places it has come to that. */
function endedWell({ ID, Spec: { Mode, TaskTemplate } }: EngineService, all: readonly EngineTask[]): number {
  const isJob = Mode?.ReplicatedJob !== undefined || Mode?.GlobalJob !== undefined;
  if (!isJob && (TaskTemplate.RestartPolicy?.Condition ?? "any") === "any") return 0;
  const places = Map.groupBy(
    all.filter(({ ServiceID }) => ServiceID === ID),
    ({ Slot, NodeID }) => Slot ?? NodeID,
  );
  const newest = [...places.values()].map((some) =>
    some.reduce((a, b) => (a.CreatedAt < b.CreatedAt ? b : a)),
  );
  return newest.filter(({ Status }) => Status.State === "complete").length;
}
