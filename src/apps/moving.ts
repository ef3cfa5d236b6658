/** An app on its way to another server. What is old stays until the new is known to be well. */
import { and, eq } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { hashOf } from "../core/canonical.ts";
import { moveNotRunning, moveStackThere, moveToSameServer, volumeTaken } from "../core/problems/move.ts";
import { Problem } from "../core/problem.ts";
import type { AppDomain, ServerName } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import { newestRelease } from "../recipes/index.ts";
import { recipeWithoutVersions } from "../core/problems/recipes.ts";
import { withoutTicks } from "../swarm/index.ts";
import type { StackSnapshot, Swarm } from "../swarm/types.ts";
import { planFor, sendPlan, stackPlanOf, type DeployingParts } from "./deploying.ts";
import { foundApp } from "./found.ts";
import { openRendering, type Rendered, type Target } from "./rendering.ts";
import type { App, Apps, MovePlan } from "./types.ts";

export interface MovingParts extends DeployingParts {
  audit: Audit;
}

type Moving = Pick<
  Apps,
  | "planMove"
  | "halt"
  | "restart"
  | "copyVolumes"
  | "uncopyVolumes"
  | "deployThere"
  | "clearThere"
  | "verdictThere"
  | "recordMove"
  | "clearHere"
>;

export function openMoving(parts: MovingParts): Moving {
  const { db, audit, rows, servers } = parts;
  const here = ({ from }: MovePlan): Swarm => servers.swarmOf(from);
  const there = ({ to }: MovePlan): Swarm => servers.swarmOf(to);
  return {
    planMove: (domain, to, { data }, key) => planMove(parts, rows.get(domain), { to, data, key }),
    halt: (plan, signal) => here(plan).halt(plan.there.stack, signal),
    restart: (plan) => here(plan).restore(plan.there.stack, plan.here),
    async copyVolumes(plan, run, signal) {
      for (const volume of plan.volumes) {
        const { stream, close } = await here(plan).openVolume(volume);
        try {
          await there(plan).fillVolume(plan.there.stack, volume, { run, stream, signal });
        } finally {
          await close();
        }
      }
    },
    uncopyVolumes: (plan, run) => there(plan).dropVolumes(run),
    deployThere: (plan, key) => sendPlan(parts, there(plan), plan.there, key),
    clearThere: (plan) => there(plan).remove(plan.there.stack, { ofPlan: plan.there.stackHash }),
    verdictThere: (plan, options) => there(plan).watch(stackPlanOf(plan.there), options),
    recordMove({ domain, from, to, volumes }, run, who, isMoved) {
      db.tx(() => {
        const [before, after] = isMoved ? [from, to] : [to, from];
        if (rows.get(domain).server !== before) return;
        rows.place(domain, after);
        if (!isMoved) takenBack(db, domain, run);
        const details = { run, from: before, to: after, volumes: volumes.map(({ name }) => name) };
        audit.append({ who: who ?? "schedule", what: "app.moved", subject: domain, details });
      });
    },
    clearHere: (plan, signal) => here(plan).remove(plan.there.stack, { signal }),
  };
}

async function planMove(
  parts: MovingParts,
  app: App,
  { to, data, key }: { to: ServerName; data: boolean; key: string },
): Promise<MovePlan> {
  const { servers, rows, recipes, warnOfDomains } = parts;
  const { domain, stack, server: from } = app;
  const destination = servers.get(to);
  if (from === to) throw moveToSameServer({ app: domain, server: to });
  const [old, fresh] = [servers.swarmOf(from), servers.swarmOf(to)];
  const [running] = await old.stacks(stack);
  if (running === undefined) throw moveNotRunning({ app: domain, server: from });
  const target = await targetOf(parts, app, foundApp(from, running));
  const envText = rows.envOf(domain);
  const warnings = await warnOfDomains(to, domain, envText);
  const what = { app, envText, target, key };
  const { plan, diff } = await openRendering(recipes)(what, async (made) => ({
    plan: await planFor(fresh, app, made, { ...target, host: destination.ssh?.host, warnings }),
    diff: await diffFrom(old, app, made, target),
  }));
  if (Object.values(plan.before.services).some((one) => one !== null)) {
    throw moveStackThere({ app: domain, server: to, stack });
  }
  const [snapshot, volumes, ground] = await Promise.all([
    old.snapshot(stack),
    old.volumesOf(stack),
    fresh.ground(),
  ]);
  const along = data ? volumes : [];
  for (const { name } of along) if (ground.volumes.includes(name)) throw volumeTaken({ volume: name });
  return {
    domain,
    from,
    to,
    there: plan,
    here: snapshot,
    volumes: along,
    left: volumes.map(({ name }) => name),
    isSpread: along.length > 0 && ground.nodes > 1,
    diff,
    hash: hashOf({
      there: plan.hash,
      from,
      to,
      here: runs(snapshot),
      volumes: along.map(({ name }) => name),
    }),
  };
}

/** What a deploy of the same would change where it runs. An old server that is not well is a reason to leave it. */
async function diffFrom(old: Swarm, app: App, made: Rendered, target: Target): Promise<string | null> {
  try {
    return (await planFor(old, app, made, { ...target, warnings: [] })).diff;
  } catch (thrown) {
    if (thrown instanceof Problem) return null;
    throw thrown;
  }
}

/** The record of the deploy there, which was called good before the move was taken back. */
function takenBack(db: Db, domain: AppDomain, run: string): void {
  const { deploy } = schema;
  db.orm
    .update(deploy)
    .set({ outcome: "restored", reason: "the move was taken back" })
    .where(and(eq(deploy.run, run), eq(deploy.app, domain)))
    .run();
}

/** What runs, without what moves by itself. */
function runs({ services }: StackSnapshot) {
  return Object.fromEntries(
    Object.entries(services).map(([name, one]) => [name, one === null ? null : withoutTicks(one.spec)]),
  );
}

/** The version or the commit that runs: a move changes the place and nothing else. */
async function targetOf(
  { recipes }: MovingParts,
  app: App,
  found: ReturnType<typeof foundApp>,
): Promise<Target> {
  const to = found?.version ?? app.version ?? newestRelease(await recipes.versions(app.recipe));
  if (to === null) throw recipeWithoutVersions({ recipe: app.recipe });
  const commit = found?.chaos?.replace("+U", "");
  return { to, chaos: commit === undefined ? null : await recipes.commitOf(app.recipe, commit) };
}
