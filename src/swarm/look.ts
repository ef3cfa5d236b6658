import { planLabel } from "./apply.ts";
import { isCronjob, sameButTicks } from "./cronjob.ts";
import type { Engine } from "./engine/connect.ts";
import type { EngineNetwork, EngineNode, EngineService, EngineTask, ServiceSpec } from "./engine/types.ts";
import { sameSpec } from "./plan/normal.ts";
import { withIds } from "./plan/resolve.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import { nodesFor } from "./preflight/index.ts";
import type { StackPlan } from "./types.ts";
import type { Sight, TaskSight } from "./verdict/sight.ts";

/** What the engine says of a stack at one moment: four calls, however many services there are. */
export interface Look {
  atMs: number;
  services: EngineService[];
  tasks: EngineTask[];
  /** Ids of tasks made from the specs that are live. */
  current: Set<string>;
  /** A node that goes down meanwhile takes its place of a global service with it. */
  nodes: EngineNode[];
}

export async function lookAt(engine: Engine, stack: string, atMs: number): Promise<Look> {
  const label = [`${namespaceLabel}=${stack}`];
  const [services, tasks, current, nodes] = await Promise.all([
    engine.services({ label }),
    engine.tasks({ label }),
    engine.tasks({ label, "_up-to-date": ["true"] }),
    engine.nodes(),
  ]);
  return { atMs, services, tasks, current: new Set(current.map((task) => task.ID)), nodes };
}

/** What stays the same during a watch, for telling whose spec is live. */
export interface Surroundings {
  networks: EngineNetwork[];
}

/** Health by task, as the events of the asked node tell it. */
export type HealthByTask = Map<string, "starting" | "healthy" | "unhealthy">;

/** One service of a look in the judge's words. */
export function sightOf(
  plan: StackPlan,
  service: string,
  look: Look,
  health: HealthByTask,
  { networks }: Surroundings,
): Sight {
  const found = look.services.find((one) => shortName(plan.stack, one.Spec.Name) === service);
  if (found === undefined) return { atMs: look.atMs, live: "gone", wanted: 0, tasks: [] };
  const live = whose(plan, service, found, networks);
  // Whether a run of it goes well, and the update that a tick is, tell nothing of the deploy.
  if (isCronjob(found.Spec)) return { atMs: look.atMs, live, wanted: 0, tasks: [] };
  const { State, StartedAt, Message } = found.UpdateStatus ?? {};
  return {
    atMs: look.atMs,
    live,
    ...(State === undefined
      ? {}
      : {
          update: {
            state: State,
            startedAt: StartedAt ?? "",
            ...(Message === undefined ? {} : { message: Message }),
          },
        }),
    wanted: wantedOf(found.Spec, look.nodes),
    tasks: look.tasks
      .filter((task) => task.ServiceID === found.ID)
      .map((task) => taskSight(task, found.Spec, look, health)),
  };
}

function taskSight(task: EngineTask, spec: ServiceSpec, look: Look, health: HealthByTask): TaskSight {
  const { State, Err, ContainerStatus } = task.Status;
  const told = health.get(task.ID);
  return {
    id: task.ID,
    // The engine leaves out a zero, which is the first slot of a job; tasks of global services have a node only.
    slot: String(task.Slot ?? (spec.Mode?.ReplicatedJob === undefined ? (task.NodeID ?? "") : 0)),
    state: State,
    desired: task.DesiredState,
    isCurrent: look.current.has(task.ID),
    ...(Err === undefined || Err === "" ? {} : { err: Err }),
    ...(ContainerStatus?.ExitCode === undefined ? {} : { exitCode: ContainerStatus.ExitCode }),
    ...(told === undefined ? {} : { health: told }),
  };
}

/** How many tasks should run, or run to their end. */
export function wantedOf(spec: ServiceSpec, nodes: EngineNode[]): number {
  const { Replicated, ReplicatedJob } = spec.Mode ?? {};
  if (ReplicatedJob !== undefined) return ReplicatedJob.TotalCompletions ?? ReplicatedJob.MaxConcurrent ?? 1;
  if (Replicated !== undefined) return Replicated.Replicas ?? 1;
  return nodesFor(spec, nodes).length;
}

function whose(
  plan: StackPlan,
  service: string,
  found: EngineService,
  networks: EngineNetwork[],
): Sight["live"] {
  const before = plan.before.services[service] ?? null;
  const change = plan.changes.find((one) => one.service === service)?.change;
  const asBefore = before !== null && sameButTicks(found.Spec, before.spec);
  if (change === "same") return asBefore ? "ours" : "other";
  if (found.Spec.Labels?.[planLabel] === plan.hash) return "ours";
  if (asBefore) return "before";
  // Sent by somebody else in the same words: nothing is lost by calling it ours.
  const wanted = plan.specs.services[service] as unknown as ServiceSpec;
  const container = found.Spec.TaskTemplate.ContainerSpec;
  const known = (
    names: { SecretID?: string; ConfigID?: string; SecretName?: string; ConfigName?: string }[],
  ) =>
    names.map((one) => ({
      ID: one.SecretID ?? one.ConfigID ?? "",
      Spec: { Name: one.SecretName ?? one.ConfigName ?? "" },
    }));
  const filled = withIds(wanted, known(container.Secrets ?? []), known(container.Configs ?? []));
  return sameSpec(found.Spec, filled, networks) ? "ours" : "other";
}
