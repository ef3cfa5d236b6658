import { hashOf, type Json } from "../../core/canonical.ts";
import type { Clock } from "../../core/clock.ts";
import { withoutTicks } from "../cronjob.ts";
import { planChanged } from "../../core/problems/swarm.ts";
import type { Engine } from "../engine/connect.ts";
import type { ServiceSpec } from "../engine/types.ts";
import { checkPlacement, preflight } from "../preflight/index.ts";
import type { StackInput, StackPlan, StackSnapshot, StackSpecs } from "../types.ts";
import { diffOf, type Compared } from "./diff.ts";
import { pinImages } from "./images.ts";
import { readLive, servicesOf, type Live } from "./live.ts";
import { sameSpec } from "./normal.ts";
import { inOrder, namespaceLabel, shortName, type Rendered } from "./rendered.ts";
import { withIds } from "./resolve.ts";
import { timeoutOf } from "./timeout.ts";
import { warningsOf } from "./warnings.ts";

/** Looks, checks, compares. Nothing is written; the first check that fails is thrown as a Problem. */
export async function planStack(
  engine: Engine,
  clock: Clock,
  input: StackInput,
  rendered: Rendered,
): Promise<StackPlan> {
  const live = await readLive(engine);
  const [unpinned] = await Promise.all([
    pinImages(engine, clock, rendered.services, live),
    preflight(engine, rendered, live, input),
  ]);
  // Once more, because only now the platforms of the images are known.
  checkPlacement(rendered, live, []);
  const warnings = [...unpinned, ...warningsOf(rendered, live)];
  const compared = compare(rendered, live);
  const made = madeBeside(rendered, live);
  const specs = specsOf(rendered);
  const before = await snapshot(engine, rendered, live.services);
  return {
    stack: rendered.stack,
    changes: compared.map(({ service, change }) => ({ service, change })),
    specs,
    before,
    diff: diffOf(compared, made, live.networks),
    warnings,
    isEmpty: made.length === 0 && compared.every((one) => one.change === "same"),
    hash: planHash(specs, before),
    timeoutSeconds: timeoutOf(
      rendered.stack,
      rendered.services.map((one) => one.spec),
      input.timeoutSeconds,
    ),
  };
}

/**
 * Over what will be sent and what runs now. Version numbers and task ids are left out, and what ticks of a cron job
 * write: they move by themselves (an update that completes, a container that restarts) while what was agreed to stays
 * the same.
 */
export function planHash(specs: StackSpecs, before: StackSnapshot): string {
  const runs = Object.fromEntries(
    Object.entries(before.services).map(([service, one]) => [
      service,
      one === null ? null : [one.id, withoutTicks(one.spec)],
    ]),
  );
  const services = Object.fromEntries(
    Object.entries(specs.services).map(([service, spec]) => [service, withoutTicks(spec)]),
  );
  return hashOf({ specs: { ...specs, services }, runs });
}

/** What runs now, for a plan that was made a while ago. Throws `plan-changed` when it was made for something else. */
export async function snapshotFor(
  engine: Engine,
  { stack, specs, hash }: Pick<StackPlan, "stack" | "specs" | "hash">,
): Promise<StackSnapshot> {
  const services = Object.entries(specs.services).map(([service, spec]) => ({
    service,
    spec: spec as unknown as ServiceSpec,
  }));
  const now = await snapshot(engine, { stack, services }, await engine.services());
  if (planHash(specs, now) !== hash) throw planChanged({ stack, what: "its services were changed since" });
  return now;
}

/** Services in the order in which they are sent, then those that are gone from the files. */
function compare(rendered: Rendered, live: Live): Compared[] {
  const compared = inOrder(rendered.services).map(({ service, spec }): Compared => {
    const found = live.services.find((one) => one.Spec.Name === spec.Name)?.Spec;
    if (found === undefined) return { service, change: "create", after: spec };
    spec.TaskTemplate.ForceUpdate = found.TaskTemplate.ForceUpdate ?? 0;
    const after = withIds(spec, live.secrets, live.configs);
    const same = sameSpec(found, after, live.networks);
    return { service, change: same ? "same" : "update", before: found, after };
  });
  const gone = servicesOf(live, rendered.stack).filter(
    ({ Spec }) => !rendered.services.some((one) => one.spec.Name === Spec.Name),
  );
  return [
    ...compared,
    ...gone.map(({ Spec }): Compared => ({
      service: shortName(rendered.stack, Spec.Name),
      change: "remove",
      before: Spec,
    })),
  ];
}

/** Networks, configs and secrets that will be made, in words. */
function madeBeside(rendered: Rendered, live: Live): string[] {
  const fresh = (names: string[], known: string[]): string[] => names.filter((name) => !known.includes(name));
  const named = (files: { Spec: { Name: string } }[]): string[] => files.map((one) => one.Spec.Name);
  return [
    ...fresh(
      rendered.networks.map((one) => one.Name),
      live.networks.map((one) => one.Name),
    ).map((name) => `network ${name}`),
    ...fresh(
      rendered.secrets.map((one) => one.Name),
      named(live.secrets),
    ).map((name) => `secret ${name}`),
    ...fresh(
      rendered.configs.map((one) => one.Name),
      named(live.configs),
    ).map((name) => `config ${name}`),
  ];
}

function specsOf(rendered: Rendered): StackSpecs {
  const services = rendered.services.map(({ service, spec }) => [service, spec as unknown as Json] as const);
  const byName = (payloads: { Name: string }[]): Record<string, Json> =>
    Object.fromEntries(payloads.map((one) => [one.Name, one as unknown as Json]));
  return {
    services: Object.fromEntries(services),
    networks: byName(rendered.networks),
    secrets: rendered.secrets.map((one) => one.Name),
    configs: byName(rendered.configs),
  };
}

interface Named {
  stack: string;
  services: { service: string; spec: ServiceSpec }[];
}

async function snapshot(engine: Engine, rendered: Named, live: Live["services"]): Promise<StackSnapshot> {
  const tasks = await engine.tasks({ label: [`${namespaceLabel}=${rendered.stack}`] });
  const services: StackSnapshot["services"] = {};
  for (const { service } of rendered.services) services[service] = null;
  for (const found of live.filter((one) => isOurs(one.Spec, rendered))) {
    services[shortName(rendered.stack, found.Spec.Name)] = {
      id: found.ID,
      spec: found.Spec as unknown as Json,
      version: found.Version.Index,
      tasks: tasks.filter((task) => task.ServiceID === found.ID).map((task) => task.ID),
      ...(found.UpdateStatus?.StartedAt === undefined
        ? {}
        : { updateStartedAt: found.UpdateStatus.StartedAt }),
    };
  }
  return { services };
}

/**
 * By label, or by name: a service made by hand under the name of one of ours would be overwritten, so it is
 * kept too.
 */
function isOurs(spec: ServiceSpec, rendered: Named): boolean {
  return (
    spec.Labels?.[namespaceLabel] === rendered.stack ||
    rendered.services.some((one) => one.spec.Name === spec.Name)
  );
}
