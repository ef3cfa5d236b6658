/** Plans made from what runs, not from files: one thing changes and nothing else comes along. */
import type { Json } from "../core/canonical.ts";
import { runsBySchedule, stackUnknown } from "../core/problems/swarm.ts";
import { atRest, isCronjob } from "./cronjob.ts";
import type { Engine } from "./engine/connect.ts";
import type { EngineService, ServiceSpec } from "./engine/types.ts";
import { diffOf, type Compared } from "./plan/diff.ts";
import { planHash } from "./plan/plan.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import { timeoutOf } from "./plan/timeout.ts";
import type { StackPlan, StackSnapshot } from "./types.ts";

export type LiveChange =
  /** None: to watch what stands there. */
  | { nothing: true }
  /** New containers from the same specs; null: of every service. */
  | { restart: string | null }
  /**
   * Every service that uses the one secret uses the other, under the same file name; and whoever is shown the setting
   * of its version (`SECRET_X_VERSION=v1`) is shown the new one, or the next deploy would restart it for that.
   */
  | { secret: { from: string; to: string; env: { from: string; to: string } } };

/**
 * A plan for one change of what runs; `apply`, `watch` and `restore` take it like any other. Writes nothing.
 * Throws `stack-unknown` when the stack, or the service that is named, is not there, `runs-by-schedule` when that is a
 * cron job.
 */
export async function planLive(engine: Engine, stack: string, change: LiveChange): Promise<StackPlan> {
  const label = [`${namespaceLabel}=${stack}`];
  const [services, tasks, networks] = await Promise.all([
    engine.services({ label }),
    engine.tasks({ label }),
    engine.networks(),
  ]);
  if (services.length === 0) throw stackUnknown({ stack });
  const named = "restart" in change ? change.restart : null;
  if (named !== null) {
    const found = services.find(({ Spec }) => shortName(stack, Spec.Name) === named);
    if (found === undefined) throw stackUnknown({ stack, service: named });
    if (isCronjob(found.Spec)) throw runsBySchedule({ stack, service: named });
  }
  const compared = services.map(({ Spec }): Compared => {
    const service = shortName(stack, Spec.Name);
    const after = changed(Spec, service, change);
    return { service, change: after === Spec ? "same" : "update", before: Spec, after };
  });
  const specs = {
    services: Object.fromEntries(
      compared.map(({ service, after }) => [service, after as unknown as Json] as const),
    ),
    networks: {},
    secrets: [],
    configs: {},
  };
  const before = snapshotOf(stack, services, tasks);
  return {
    stack,
    changes: compared.map((one) => ({ service: one.service, change: one.change })),
    specs,
    before,
    diff: diffOf(compared, [], networks),
    warnings: [],
    isEmpty: compared.every((one) => one.change === "same"),
    hash: planHash(specs, before),
    timeoutSeconds: timeoutOf(
      stack,
      services.map(({ Spec }) => Spec),
    ),
  };
}

/** The spec with the change; the very same object when the change does not concern it. */
function changed(spec: ServiceSpec, service: string, change: LiveChange): ServiceSpec {
  const task = spec.TaskTemplate;
  if ("nothing" in change) return spec;
  if ("restart" in change) {
    if (change.restart !== null && change.restart !== service) return spec;
    // Its schedule starts it; new tasks now would be a run outside of it.
    if (isCronjob(spec)) return spec;
    return { ...spec, TaskTemplate: { ...task, ForceUpdate: (task.ForceUpdate ?? 0) + 1 } };
  }
  return withSecret(spec, change.secret);
}

function withSecret(
  spec: ServiceSpec,
  { from, to, env }: Extract<LiveChange, { secret: unknown }>["secret"],
): ServiceSpec {
  const container = spec.TaskTemplate.ContainerSpec;
  const { Secrets: secrets, Env: lines } = container;
  const isUser = secrets?.some((one) => one.SecretName === from) === true;
  if (!isUser && lines?.includes(env.from) !== true) return spec;
  const next = {
    ...container,
    // The id is filled in when it is sent: the new secret need not exist yet.
    ...(secrets && {
      Secrets: secrets.map((one) =>
        one.SecretName === from ? { ...one, SecretName: to, SecretID: "" } : one,
      ),
    }),
    ...(lines && { Env: lines.map((line) => (line === env.from ? env.to : line)) }),
  };
  return { ...atRest(spec), TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: next } };
}

function snapshotOf(
  stack: string,
  services: EngineService[],
  tasks: { ID: string; ServiceID: string }[],
): StackSnapshot {
  const entries = services.map(({ ID, Spec, Version, UpdateStatus }) => {
    const snapshot = {
      id: ID,
      spec: Spec as unknown as Json,
      version: Version.Index,
      tasks: tasks.filter((task) => task.ServiceID === ID).map((task) => task.ID),
      ...(UpdateStatus?.StartedAt !== undefined && { updateStartedAt: UpdateStatus.StartedAt }),
    };
    return [shortName(stack, Spec.Name), snapshot] as const;
  });
  return { services: Object.fromEntries(entries) };
}
