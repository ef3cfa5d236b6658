import type { Clock } from "../core/clock.ts";
import { planChanged } from "../core/problems/swarm.ts";
import type { FileSpec } from "./compose/index.ts";
import { sameButTicks } from "./cronjob.ts";
import { statusOf, wordsOf, type Engine } from "./engine/connect.ts";
import type { EngineService, ServiceSpec } from "./engine/types.ts";
import { contentsFor, makeFiles, makeNetworks } from "./make.ts";
import { readLive, servicesOf, type Live } from "./plan/live.ts";
import { sameSpec } from "./plan/normal.ts";
import { withIds } from "./plan/resolve.ts";
import { awaitServicesGone, unlessGone } from "./gone.ts";
import type { StackPlan } from "./types.ts";

/**
 * On every service that a plan has written: by it a second apply knows what the first one did, and watching
 * knows a rollback.
 */
export const planLabel = "tandem.plan";
/**
 * The orchestrator writes to services too (UpdateStatus); after a lost race for the version we look and try
 * again.
 */
const mostTries = 8;

type Todo = "create" | "update" | "remove" | "nothing";

/**
 * Sends a plan: removes what is gone from the files, makes networks, secrets, configs, then services in
 * their order. Refuses with `plan-changed` before the first write when what runs is not what the plan was
 * made for. Safe to call again: what an earlier call has done is left alone.
 */
export async function applyPlan(
  engine: Engine,
  clock: Clock,
  plan: StackPlan,
  labels: Record<string, string>,
  contents: FileSpec[],
): Promise<void> {
  const live = await readLive(engine);
  const todo = new Map(plan.changes.map(({ service }) => [service, todoFor(plan, service, live)]));
  const strange = servicesOf(live, plan.stack).find(
    ({ Spec }) => !(nameIn(plan, Spec.Name) in plan.before.services),
  );
  if (strange !== undefined) {
    throw planChanged({ stack: plan.stack, what: `${strange.Spec.Name} was made since` });
  }
  contentsFor(plan, live, contents);
  const gone = plan.changes.filter(({ service }) => todo.get(service) === "remove");
  await removeServices(
    engine,
    clock,
    plan,
    gone.map((one) => one.service),
  );
  await makeNetworks(engine, plan, live);
  const files = await makeFiles(engine, plan, live, contents);
  for (const { service } of plan.changes) {
    const next = todo.get(service);
    if (next !== "create" && next !== "update") continue;
    // A cron job is sent like the others, with the replicas of its files (0), as `docker stack deploy` does: a run
    // that goes on is stopped, since what it runs is replaced. The next tick writes its own, which nobody takes back.
    const spec = withIds(specOf(plan, service), files.secrets, files.configs);
    spec.Labels = { ...spec.Labels, ...labels, [planLabel]: plan.hash };
    if (next === "create") await create(engine, plan, service, spec);
    else await update(engine, plan, service, spec);
  }
}

function specOf(plan: StackPlan, service: string): ServiceSpec {
  return plan.specs.services[service] as unknown as ServiceSpec;
}

function nameIn(plan: StackPlan, name: string): string {
  return name.startsWith(`${plan.stack}_`) ? name.slice(plan.stack.length + 1) : name;
}

/**
 * What is left to do for one service, given what runs; throws `plan-changed` when that is neither before
 * nor after.
 */
function todoFor(plan: StackPlan, service: string, live: Live): Todo {
  const changed = (what: string) => planChanged({ stack: plan.stack, what: `${service} was ${what} since` });
  const before = plan.before.services[service] ?? null;
  const wanted = plan.specs.services[service] === undefined ? undefined : specOf(plan, service);
  const name = wanted?.Name ?? `${plan.stack}_${service}`;
  const found = live.services.find((one) => one.Spec.Name === name);
  if (before === null) {
    if (found === undefined) return "create";
    if (isWritten(plan, found, wanted, live)) return "nothing";
    throw changed("made");
  }
  if (found === undefined) {
    if (wanted === undefined) return "nothing";
    throw changed("removed");
  }
  if (found.ID === before.id && sameButTicks(found.Spec, before.spec)) {
    if (wanted === undefined) return "remove";
    return sameSpec(found.Spec, withIds(wanted, live.secrets, live.configs), live.networks)
      ? "nothing"
      : "update";
  }
  if (isWritten(plan, found, wanted, live)) return "nothing";
  throw changed("changed");
}

function isWritten(
  plan: StackPlan,
  found: EngineService,
  wanted: ServiceSpec | undefined,
  live: Live,
): boolean {
  if (wanted === undefined) return false;
  if (found.Spec.Labels?.[planLabel] === plan.hash) return true;
  return sameSpec(found.Spec, withIds(wanted, live.secrets, live.configs), live.networks);
}

async function create(engine: Engine, plan: StackPlan, service: string, spec: ServiceSpec): Promise<void> {
  try {
    await engine.createService(spec);
  } catch (thrown) {
    if (statusOf(thrown) !== 409) throw thrown;
    const live = await readLive(engine);
    // Made between our look and our call: by an answer that was lost, or by somebody else.
    if (todoFor(plan, service, live) !== "nothing") throw thrown;
  }
}

async function update(engine: Engine, plan: StackPlan, service: string, spec: ServiceSpec): Promise<void> {
  for (let tries = 1; ; tries++) {
    const live = await readLive(engine);
    if (todoFor(plan, service, live) !== "update") return;
    const found = live.services.find((one) => one.Spec.Name === spec.Name);
    try {
      await engine.updateService(found?.ID ?? spec.Name, found?.Version.Index ?? 0, spec);
      return;
    } catch (thrown) {
      if (!isOutOfSequence(thrown) || tries === mostTries) throw thrown;
    }
  }
}

/** The service was written between reading its version and sending the update. */
export function isOutOfSequence(thrown: unknown): boolean {
  return /out of sequence/i.test(wordsOf(thrown));
}

/** Before anything is made: a new service may need the port of one that goes. */
async function removeServices(
  engine: Engine,
  clock: Clock,
  plan: StackPlan,
  services: string[],
): Promise<void> {
  const ids = services.map((service) => plan.before.services[service]?.id).filter((id) => id !== undefined);
  for (const id of ids) {
    await unlessGone(engine, `remove the service ${id}`, () => engine.docker.getService(id).remove());
  }
  if (ids.length > 0) await awaitServicesGone(engine, clock, plan.stack, ids);
}
