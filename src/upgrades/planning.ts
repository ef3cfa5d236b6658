/** What going to another version of the recipe would mean for an app. */
import type { Apps, DeployPlan } from "../apps/index.ts";
import { Problem } from "../core/problem.ts";
import { recipeWithoutVersions } from "../core/problems/recipes.ts";
import {
  appNotDeployed,
  nothingToGoBackTo,
  rollbackIsNewer,
  runningVersionUnknown,
  upgradeIsOlder,
} from "../core/problems/upgrades.ts";
import type { AppDomain, RecipeName, RecipeVersion } from "../core/terms.ts";
import {
  compareVersions,
  looksSecret,
  migrationWords,
  newestRelease,
  parseEnv,
  stepBetween,
  type Recipes,
} from "../recipes/index.ts";
import type { BackupState, SettingsDrift, UpgradePlan, Upgrades } from "./types.ts";

export interface PlanningParts {
  apps: Pick<Apps, "get" | "planDeploy" | "settings" | "history">;
  recipes: Recipes;
  /** How an app is backed up. Left out: nobody here takes backups. */
  backupOf?: BackupOf;
}

/** `none`: there is no repository for it; `off`: its policy says that nobody backs it up. */
type BackupOf = (domain: AppDomain) => {
  state: "fresh" | "red" | "off" | "none" | "idle";
  newestAt: string | null;
};

export function openPlanning(parts: PlanningParts): Pick<Upgrades, "plan" | "planBack"> {
  const { apps, recipes } = parts;
  return {
    async plan(domain, version, key) {
      const app = apps.get(domain);
      const chosen =
        version === undefined ? await newestOf(recipes, app.recipe) : { to: version, stale: null };
      const made = await apps.planDeploy(domain, chosen.to, key);
      const from = runningIn(made);
      const order = compareVersions(made.to, from);
      if (order < 0 && version !== undefined) throw upgradeIsOlder({ app: domain, from, to: made.to });
      const plan = await withMeaning(parts, made, from, key);
      if (order <= 0) return { ...plan, to: from, isEmpty: true };
      return chosen.stale === null ? plan : { ...plan, warnings: [chosen.stale, ...plan.warnings] };
    },
    async planBack(domain, version, key) {
      const app = apps.get(domain);
      const to = version ?? lastOlder(apps, domain, app.recipe);
      const made = await apps.planDeploy(domain, to, key);
      const from = runningIn(made);
      if (compareVersions(to, from) >= 0) throw rollbackIsNewer({ app: domain, from, to });
      return withMeaning(parts, made, from, key);
    },
  };
}

async function newestOf(
  recipes: Recipes,
  recipe: RecipeName,
): Promise<{ to: RecipeVersion; stale: string | null }> {
  const { stale } = await recipes.refresh(recipe);
  const to = newestRelease(await recipes.versions(recipe));
  if (to === null) throw recipeWithoutVersions({ recipe });
  return { to, stale };
}

/** The version that runs now. Throws when nothing runs, or when what runs does not say. */
function runningIn({ domain, from, to, before }: DeployPlan): RecipeVersion {
  if (from !== null) return from;
  const runs = Object.values(before.services).some((service) => service !== null);
  throw runs ? runningVersionUnknown({ app: domain, to }) : appNotDeployed({ app: domain });
}

/** The newest of its history that ran well and is older than the version that the app is at. */
function lastOlder(
  apps: Pick<Apps, "get" | "history">,
  domain: AppDomain,
  recipe: RecipeName,
): RecipeVersion {
  const { version: current } = apps.get(domain);
  const found = apps
    .history(domain)
    .find(
      ({ version, outcome }) =>
        outcome === "converged" &&
        version !== null &&
        current !== null &&
        compareVersions(version, current) < 0,
    );
  if (found?.version == null) throw nothingToGoBackTo({ app: domain, recipe });
  return found.version;
}

async function withMeaning(
  { apps, recipes, backupOf }: PlanningParts,
  plan: DeployPlan,
  from: RecipeVersion,
  key: string,
): Promise<UpgradePlan> {
  const backup = backupState(backupOf, plan.domain);
  const own = new Set(apps.settings(plan.domain).map((setting) => setting.key));
  return {
    ...plan,
    size: stepBetween(from, plan.to),
    migration: migrationWords(plan.notes),
    drift: await driftBetween(recipes, plan.recipe, { from, to: plan.to, own, key }),
    backup,
  };
}

/** What is known of the backups of an app, and whether one is taken before an upgrade of it. */
export function backupState(backupOf: BackupOf | undefined, domain: AppDomain): BackupState {
  const known = backupOf?.(domain);
  if (known === undefined || known.state === "none") return { known: false };
  return { known: true, at: known.newestAt, willTake: known.state !== "off" };
}

/** Compares the sample settings of two versions; one that is not there any more counts as empty. */
export async function driftBetween(
  recipes: Pick<Recipes, "checkout" | "release">,
  recipe: RecipeName,
  { from, to, own, key }: { from: RecipeVersion; to: RecipeVersion; own: ReadonlySet<string>; key: string },
): Promise<SettingsDrift> {
  const before = await sampleOf(recipes, recipe, from, `${key}/from`);
  const after = await sampleOf(recipes, recipe, to, `${key}/to`);
  return {
    missing: [...after]
      .filter(([name]) => !before.has(name) && !own.has(name))
      .map(([name, sample]) => ({ key: name, sample: looksSecret(name) ? null : sample })),
    gone: [...before.keys()].filter((name) => !after.has(name) && own.has(name)),
    changed: [...after].flatMap(([name, value]) => {
      const old = before.get(name);
      const isSame = old === undefined || old === value || looksSecret(name);
      return isSame ? [] : [{ key: name, from: old, to: value }];
    }),
  };
}

async function sampleOf(
  recipes: Pick<Recipes, "checkout" | "release">,
  recipe: RecipeName,
  version: RecipeVersion,
  key: string,
): Promise<Map<string, string>> {
  try {
    const { envSample } = await recipes.checkout(recipe, version, key);
    return new Map(parseEnv(envSample).map(({ key: name, value }) => [name, value]));
  } catch (thrown) {
    if (thrown instanceof Problem) return new Map();
    throw thrown;
  } finally {
    await recipes.release(key);
  }
}
