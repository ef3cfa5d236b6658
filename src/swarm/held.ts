/** Services that are there and have no task yet: what is restored before they start must not be overrun by them. */
import { hashOf, type Json } from "../core/canonical.ts";
import type { Clock } from "../core/clock.ts";
import { sameButTicks, scheduledAs } from "./cronjob.ts";
import type { Engine } from "./engine/connect.ts";
import type { ServiceSpec } from "./engine/types.ts";
import { restoreStack } from "./restore.ts";
import { stackSnapshot } from "./stacks.ts";
import type { StackPlan, StackSnapshot } from "./types.ts";
import { halted, isJob } from "./volumes.ts";

/** The plan with no task for the services that are named. Jobs are held too: they would run on what is not there. */
export function heldPlan(plan: StackPlan, services: readonly string[]): StackPlan {
  const held = (service: string, spec: Json): Json =>
    services.includes(service) ? (halted(spec as unknown as ServiceSpec) as unknown as Json) : spec;
  const specs = Object.entries(plan.specs.services).map(([name, spec]) => [name, held(name, spec)] as const);
  return { ...plan, specs: { ...plan.specs, services: Object.fromEntries(specs) } };
}

/** Gives held services the tasks that the plan has for them; the rest of what was sent stays as it is. */
export async function beginHeld(
  engine: Engine,
  clock: Clock,
  plan: StackPlan,
  services: readonly string[],
): Promise<void> {
  const now = await stackSnapshot(engine, plan.stack);
  const begun: StackSnapshot["services"] = {};
  for (const service of services) {
    const found = now.services[service];
    const meant = plan.specs.services[service] as unknown as ServiceSpec | undefined;
    if (found == null || meant === undefined) continue;
    begun[service] = { ...found, spec: withTasks(found.spec as unknown as ServiceSpec, meant) };
  }
  await restoreStack(engine, clock, plan.stack, { services: begun });
}

/**
 * What ran before it was halted, as a plan that was carried out on the halted stack: so it is watched as any deploy.
 * Only the services that are named, if any are.
 */
export function restartedPlan(
  stack: string,
  { services }: StackSnapshot,
  timeoutSeconds: number,
  names: readonly string[] = Object.keys(services),
): StackPlan {
  const entries = names.flatMap((name) => {
    const one = services[name] ?? null;
    if (one === null) return [];
    const spec = one.spec as unknown as ServiceSpec;
    const rested = isJob(spec) ? one.spec : (halted(spec) as unknown as Json);
    const change = sameButTicks(rested, one.spec) ? ("same" as const) : ("update" as const);
    return [{ name, one, rested, change }];
  });
  const specs = Object.fromEntries(entries.map(({ name, one }) => [name, one.spec]));
  return {
    stack,
    changes: entries.map(({ name, change }) => ({ service: name, change })),
    specs: { services: specs, networks: {}, secrets: [], configs: {} },
    before: {
      services: Object.fromEntries(entries.map(({ name, one, rested }) => [name, { ...one, spec: rested }])),
    },
    diff: "",
    warnings: [],
    isEmpty: false,
    hash: hashOf({ specs }),
    timeoutSeconds,
  };
}

function withTasks(held: ServiceSpec, meant: ServiceSpec): Json {
  const spec = scheduledAs(held, meant);
  const { Mode, TaskTemplate } = meant;
  const task: Partial<ServiceSpec["TaskTemplate"]> = { ...spec.TaskTemplate };
  delete task.Placement;
  const { Placement } = TaskTemplate;
  return {
    ...spec,
    ...(Mode !== undefined && { Mode }),
    TaskTemplate: { ...task, ...(Placement !== undefined && { Placement }) },
  } as unknown as Json;
}
