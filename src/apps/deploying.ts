/** The way of an app onto the swarm: plan, deploy what was agreed to, watch, and back. */
import { and, eq } from "drizzle-orm";
import { hashOf } from "../core/canonical.ts";
import { planChanged } from "../core/problems/swarm.ts";
import { recipeWithoutVersions } from "../core/problems/recipes.ts";
import type { AppDomain, RecipeVersion } from "../core/terms.ts";
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
import type { StackPlan, Swarm } from "../swarm/types.ts";
import { opensAt, runningVersion } from "./live.ts";
import { renderApp, type RenderedApp } from "./render.ts";
import type { Rows } from "./rows.ts";
import type { App, Apps, DeployPlan } from "./types.ts";

interface Parts {
  db: Db;
  rows: Rows;
  recipes: Recipes;
  servers: Pick<Servers, "swarmOf">;
}

type Rendered = RenderedApp & { notes: Record<string, string> };

export function openDeploying(parts: Parts): Pick<Apps, "planDeploy" | "deploy" | "verdict" | "restore"> {
  const { recipes, rows, servers } = parts;
  const swarmOf = (domain: AppDomain): Swarm => servers.swarmOf(rows.get(domain).server);
  /** The files are there only while `use` works: afterwards everything is in the plan. */
  const withFiles = async <T>(
    app: App,
    version: RecipeVersion,
    key: string,
    use: (rendered: Rendered) => T | Promise<T>,
  ): Promise<T> => {
    try {
      const checkout = await recipes.checkout(app.recipe, version, key);
      const made = renderApp(app, rows.envOf(app.domain), checkout);
      return await use({ ...made, notes: checkout.notes });
    } finally {
      await recipes.release(key);
    }
  };
  return {
    async planDeploy(domain, version, key) {
      const app = rows.get(domain);
      const wanted = await choose(recipes, app, version);
      return withFiles(app, wanted.to, key, (rendered) =>
        planFor(servers.swarmOf(app.server), app, rendered, wanted),
      );
    },
    async deploy(plan, key) {
      const swarm = swarmOf(plan.domain);
      const secrets = await withFiles(rows.get(plan.domain), plan.to, key, async (made) => {
        if (made.inputHash !== plan.inputHash) {
          throw planChanged({ stack: plan.stack, what: "its settings or its recipe were changed since" });
        }
        // Contents of secrets that lie in the recipe's files are in no plan; after a restart only planning
        // reads them.
        if (plan.specs.secrets.length > 0)
          await swarm.plan({ ...made.input, willExist: plan.newSecrets }, { patient: true });
        return made.secrets;
      });
      const missing = secrets.filter(({ name }) => plan.newSecrets.includes(name));
      await swarm.createSecrets(
        plan.stack,
        missing.map((secret) => ({ name: secret.name, value: () => generateSecret(secret) })),
      );
      await swarm.apply(stackPlanOf(plan), labelsOf(parts.db, plan.domain, key));
    },
    verdict: async (plan, options) => swarmOf(plan.domain).watch(stackPlanOf(plan), options),
    restore: async (plan) => swarmOf(plan.domain).restore(plan.stack, plan.before),
  };
}

interface Wanted {
  to: RecipeVersion;
  warnings: string[];
}

/** What was asked for, else the app's own version, else the newest release that its repository has now. */
async function choose(recipes: Recipes, app: App, asked: RecipeVersion | undefined): Promise<Wanted> {
  const pinned = asked ?? app.version;
  if (pinned !== null) return { to: pinned, warnings: [] };
  const { stale } = await recipes.refresh(app.recipe);
  const newest = newestRelease(await recipes.versions(app.recipe));
  if (newest === null) throw recipeWithoutVersions({ recipe: app.recipe });
  return { to: newest, warnings: stale === null ? [] : [stale] };
}

async function planFor(
  swarm: Swarm,
  app: App,
  { input, secrets, inputHash, notes }: Rendered,
  { to, warnings }: Wanted,
): Promise<DeployPlan> {
  const existing = await swarm.secretNames();
  const newSecrets = secrets.filter((one) => one.generate && !existing.has(one.name)).map(({ name }) => name);
  const plan = await swarm.plan({ ...input, willExist: newSecrets });
  const from = runningVersion(app.stack, plan.before);
  return {
    ...plan,
    domain: app.domain,
    recipe: app.recipe,
    from,
    to,
    notes: from === null ? "" : notesBetween(notes, from, to),
    newSecrets,
    opensAt: opensAt(app.domain, plan.specs),
    warnings: [...warnings, ...versionWarnings(from, to), ...plan.warnings],
    isEmpty: plan.isEmpty && newSecrets.length === 0,
    inputHash,
    stackHash: plan.hash,
    hash: hashOf({ domain: app.domain, to, inputHash, newSecrets, stack: plan.hash }),
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
function stackPlanOf(plan: DeployPlan): StackPlan {
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
