/** The way of an app onto the swarm: plan, deploy what was agreed to, watch, and back. */
import { and, eq } from "drizzle-orm";
import { hashOf } from "../core/canonical.ts";
import { planChanged } from "../core/problems/swarm.ts";
import { recipeWithoutVersions } from "../core/problems/recipes.ts";
import type { AppDomain, RecipeVersion, ServerName } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import {
  compareVersions,
  generateSecret,
  isMajor,
  newestRelease,
  notesBetween,
  type Recipes,
} from "../recipes/index.ts";
import type { Servers } from "../servers/types.ts";
import { isCronjob, planLabel, sameButTicks } from "../swarm/index.ts";
import type { StackPlan, StackSnapshot, Swarm } from "../swarm/types.ts";
import { exposeSettings } from "./exposing.ts";
import { opensAt, runningVersion, versionIn } from "./live.ts";
import { openRendering, targetWords, type Rendered, type Target } from "./rendering.ts";
import { postCommands } from "./care/post-commands.ts";
import type { Rows } from "./rows.ts";
import type { App, Apps, DeployPlan } from "./types.ts";

export interface DeployingParts {
  db: Db;
  rows: Rows;
  recipes: Recipes;
  servers: Pick<Servers, "get" | "swarmOf">;
  /** What the names of an app say of where it is looked for. */
  warnOfDomains: (server: ServerName, domain: AppDomain, envText: string) => Promise<string[]>;
}

export function openDeploying(
  parts: DeployingParts,
): Pick<Apps, "planDeploy" | "awaitServer" | "snapshotFor" | "deploy" | "hasBegun" | "verdict" | "restore"> {
  const { recipes, rows, servers, warnOfDomains } = parts;
  const swarmOf = (domain: AppDomain): Swarm => servers.swarmOf(rows.get(domain).server);
  const rendered = openRendering(recipes);
  return {
    async planDeploy(domain, version, key, { chaos, checkDomains = false } = {}) {
      const app = rows.get(domain);
      const envText = rows.envOf(domain);
      const target =
        chaos === undefined
          ? await choose(recipes, app, version)
          : await chooseCommit(recipes, app, chaos === true ? undefined : chaos);
      const swarm = servers.swarmOf(app.server);
      const warned = checkDomains ? await warnOfDomains(app.server, domain, envText) : [];
      const host = servers.get(app.server).ssh?.host;
      const more = { ...target, host, warnings: [...target.warnings, ...warned] };
      return rendered({ app, envText, target, key }, (made) => planFor(swarm, app, made, more));
    },
    async awaitServer(domain, signal) {
      await swarmOf(domain).awaitEngine(rows.get(domain).stack, signal);
    },
    async snapshotFor(plan, signal) {
      const swarm = swarmOf(plan.domain);
      await swarm.awaitEngine(plan.stack, signal);
      return swarm.snapshotFor(stackPlanOf(plan));
    },
    deploy: async (plan, key) => sendPlan(parts, swarmOf(plan.domain), plan, key),
    hasBegun: async (plan, { isByOthers }) =>
      isWrittenTo(plan, await swarmOf(plan.domain).snapshot(plan.stack), isByOthers),
    verdict: async (plan, options) => swarmOf(plan.domain).watch(stackPlanOf(plan), options),
    restore: async (plan) => swarmOf(plan.domain).restore(plan.stack, plan.before, stackPlanOf(plan)),
  };
}

/**
 * Makes the missing secrets and sends a plan to the swarm that it was made for. Throws `plan-changed` when the
 * settings or the recipe are others by now.
 */
export async function sendPlan(
  { db, recipes, rows }: Pick<DeployingParts, "db" | "recipes" | "rows">,
  swarm: Swarm,
  plan: DeployPlan,
  key: string,
): Promise<void> {
  const app = rows.get(plan.domain);
  const what = { app, envText: rows.envOf(plan.domain), target: plan, key };
  const secrets = await openRendering(recipes)(what, async (made) => {
    if (made.inputHash !== plan.inputHash) {
      throw planChanged({ stack: plan.stack, what: "its settings or its recipe were changed since" });
    }
    // Contents of secrets that lie in the recipe's files are in no plan; after a restart only planning
    // reads them.
    if (plan.specs.secrets.length > 0) {
      const input = await exposeSettings(swarm, app, made.input, targetWords(plan));
      await swarm.plan({ ...input, willExist: plan.newSecrets }, { patient: true });
    }
    return made.secrets;
  });
  const missing = secrets.filter(({ name }) => plan.newSecrets.includes(name));
  await swarm.createSecrets(
    plan.stack,
    missing.map((secret) => ({ name: secret.name, value: () => generateSecret(secret) })),
  );
  await swarm.apply(stackPlanOf(plan), labelsOf(db, plan.domain, key));
}

/** By the plan's mark, by what it removes and is gone, or by what is otherwise and nobody else has changed. */
function isWrittenTo(
  { before, specs, stackHash }: DeployPlan,
  now: StackSnapshot,
  isByOthers: boolean,
): boolean {
  const names = [...new Set([...Object.keys(before.services), ...Object.keys(now.services)])];
  return names.some((name) => {
    const was = before.services[name] ?? null;
    const is = now.services[name] ?? null;
    const { Labels = {} } = (is?.spec ?? {}) as { Labels?: Record<string, string> };
    if (Labels[planLabel] === stackHash) return true;
    if (was !== null && is === null) return specs.services[name] === undefined || !isByOthers;
    const [old = null, live = null] = [was?.spec, is?.spec];
    // The Swarm itself may have taken an update back: the spec is the old one then, and its version is not. The version
    // of a cron job moves with each tick.
    const isMoved = was?.version !== is?.version && !isCronjob(live);
    return (isMoved || !sameButTicks(old, live)) && !isByOthers;
  });
}

interface Wanted extends Target {
  /** Where ports are published that the app opens; left out: on this machine. */
  host?: string | undefined;
  warnings: string[];
}

/** What was asked for, else the app's own version, else the newest release that its repository has now. */
async function choose(recipes: Recipes, app: App, asked: RecipeVersion | undefined): Promise<Wanted> {
  const pinned = asked ?? app.version;
  if (pinned !== null) return { to: pinned, chaos: null, warnings: [] };
  const { stale } = await recipes.refresh(app.recipe);
  const newest = newestRelease(await recipes.versions(app.recipe));
  if (newest === null) throw recipeWithoutVersions({ recipe: app.recipe });
  return { to: newest, chaos: null, warnings: stale === null ? [] : [stale] };
}

/** The head of the default branch, or the commit that was named, whether it is a release or not. */
async function chooseCommit(recipes: Recipes, app: App, wanted: string | undefined): Promise<Wanted> {
  const chaos = await recipes.commitOf(app.recipe, wanted);
  const to = app.version ?? newestRelease(await recipes.versions(app.recipe));
  if (to === null) throw recipeWithoutVersions({ recipe: app.recipe });
  return { to, chaos, warnings: [] };
}

/** What a deploy of this target would do to the swarm as it is. */
export async function planFor(
  swarm: Swarm,
  app: Pick<App, "domain" | "recipe" | "stack">,
  made: Rendered,
  wanted: Wanted,
): Promise<DeployPlan> {
  const { secrets, inputHash, notes } = made;
  const { chaos, warnings } = wanted;
  const input = await exposeSettings(swarm, app, made.input, targetWords(wanted));
  const existing = await swarm.secretNames();
  const newSecrets = secrets.filter((one) => one.generate && !existing.has(one.name)).map(({ name }) => name);
  const plan = await swarm.plan({ ...input, willExist: newSecrets });
  const from = runningVersion(app.stack, plan.before);
  // What the files of a commit say of themselves; without a word of theirs it is taken for what was there.
  const to = chaos === null ? wanted.to : (versionIn(app.stack, plan.specs) ?? wanted.to);
  const after = postCommands(input.env, from, to);
  return {
    ...plan,
    domain: app.domain,
    recipe: app.recipe,
    from,
    to,
    chaos,
    notes: from === null || chaos !== null ? "" : notesBetween(notes, from, to),
    newSecrets,
    ...(after.length > 0 && { after }),
    opensAt: opensAt(app.domain, plan.specs, wanted.host),
    warnings: [...warnings, ...(chaos === null ? versionWarnings(from, to) : []), ...plan.warnings],
    isEmpty: plan.isEmpty && newSecrets.length === 0,
    inputHash,
    stackHash: plan.hash,
    hash: hashOf({
      domain: app.domain,
      to,
      inputHash,
      newSecrets,
      stack: plan.hash,
      ...(chaos !== null && { chaos: chaos.commit }),
    }),
  };
}

function versionWarnings(from: RecipeVersion | null, to: RecipeVersion): string[] {
  if (from === null || from === to) return [];
  if (compareVersions(to, from) < 0) {
    return [`${to} is older than ${from}: only the program goes back, not its data.`];
  }
  return isMajor(from, to)
    ? [`${to} is a new major version: its notes may name work to be done by hand.`]
    : [];
}

/** The swarm's own view of the plan, under the hash that it gave it. */
export function stackPlanOf(plan: DeployPlan): StackPlan {
  const { stack, changes, specs, before, diff, warnings, isEmpty, stackHash, timeoutSeconds } = plan;
  return { stack, changes, specs, before, diff, warnings, isEmpty, hash: stackHash, timeoutSeconds };
}

/** Whoever finds the service on the server can tell which run wrote it, and who asked for it. */
function labelsOf(db: Db, domain: AppDomain, key: string): Record<string, string> {
  const run = key.split("/")[0] ?? key;
  const { deploy } = schema;
  const record = db.orm
    .select({ askedBy: deploy.askedBy })
    .from(deploy)
    .where(and(eq(deploy.run, run), eq(deploy.app, domain)))
    .get();
  const askedBy = record?.askedBy ?? null;
  return { "tandem.run": run, ...(askedBy !== null && { "tandem.asked-by": askedBy }) };
}
