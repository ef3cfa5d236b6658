import type { Clock } from "../core/clock.ts";
import { isOutOfSequence, planLabel } from "./apply.ts";
import { atRest, sameButTicks } from "./cronjob.ts";
import { statusOf, type Engine } from "./engine/connect.ts";
import type { EngineService, ServiceSpec } from "./engine/types.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import { awaitServicesGone, unlessGone } from "./gone.ts";
import type { StackPlan, StackSnapshot } from "./types.ts";

/** The orchestrator writes to services too, most of all while an update fails. */
const mostTries = 20;

/** A plan whose work is taken back. */
export type Undone = Pick<StackPlan, "hash" | "specs">;

/**
 * Puts every service of a snapshot back: its spec exactly as it was (a cron job at rest), made again if it was
 * removed, removed if it was new. What already is as it was is left alone, so it is safe half-way and twice. With a
 * plan only what that has written or removed is taken back: what somebody else has deployed, changed or removed since
 * is theirs.
 */
export async function restoreStack(
  engine: Engine,
  clock: Clock,
  stack: string,
  before: StackSnapshot,
  plan?: Undone,
): Promise<void> {
  const removed: string[] = [];
  for (const [service, snapshot] of Object.entries(before.services)) {
    if (snapshot === null) removed.push(...(await removeNew(engine, stack, service, plan)));
    else {
      const mayMake = plan === undefined || plan.specs.services[service] === undefined;
      await putBack(engine, snapshot.spec as unknown as ServiceSpec, plan, mayMake);
    }
  }
  if (removed.length > 0) await awaitServicesGone(engine, clock, stack, removed);
}

function isWrittenBy({ Spec }: EngineService, plan: Undone | undefined): boolean {
  return plan === undefined || Spec.Labels?.[planLabel] === plan.hash;
}

async function putBack(
  engine: Engine,
  spec: ServiceSpec,
  plan: Undone | undefined,
  mayMake: boolean,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const [found] = (await engine.services({ name: [spec.Name] })).filter(
      (one) => one.Spec.Name === spec.Name,
    );
    try {
      if (found === undefined) {
        if (mayMake) await engine.createService(atRest(spec));
      } else if (isWrittenBy(found, plan) && !sameButTicks(found.Spec, spec)) {
        await engine.updateService(found.ID, found.Version.Index, atRest(spec));
      }
      return;
    } catch (thrown) {
      const mayPass = isOutOfSequence(thrown) || statusOf(thrown) === 409 || statusOf(thrown) === 404;
      if (!mayPass || tries === mostTries) throw thrown;
    }
  }
}

async function removeNew(
  engine: Engine,
  stack: string,
  service: string,
  plan: Undone | undefined,
): Promise<string[]> {
  const found = (await engine.services({ label: [`${namespaceLabel}=${stack}`] })).filter(
    (one) => shortName(stack, one.Spec.Name) === service && isWrittenBy(one, plan),
  );
  for (const { ID, Spec } of found) {
    await unlessGone(engine, `remove the service ${Spec.Name}`, () => engine.docker.getService(ID).remove());
  }
  return found.map((one) => one.ID);
}
