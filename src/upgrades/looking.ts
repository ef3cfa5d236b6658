/** Which apps have a newer version, and which of these upgrades may happen by themselves. */
import type { App, Apps, UpgradePolicy } from "../apps/index.ts";
import type { Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import type { AppDomain, RecipeName, RecipeVersion } from "../core/terms.ts";
import { isWithin, type DayWindow } from "../core/window.ts";
import {
  compareVersions,
  isBeyond,
  isPreview,
  migrationWords,
  newestRelease,
  newestWithin,
  notesBetween,
  stepBetween,
  type Recipes,
} from "../recipes/index.ts";
import { backupState, driftBetween, type PlanningParts } from "./planning.ts";
import type { BackupState, Batch, Candidate, Look, Upgrades } from "./types.ts";

export interface LookingParts extends Pick<PlanningParts, "backupOf"> {
  clock: Clock;
  apps: Pick<Apps, "list" | "services" | "settings" | "history">;
  recipes: Recipes;
  window: DayWindow;
  timeZone: string;
  pauseMinutes: number;
  /** Whether a run has the app in its hands, or waits for it. */
  isBusy: (domain: AppDomain) => boolean;
}

type Looking = Pick<Upgrades, "look" | "isWindowOpen" | "isFree" | "due" | "reasonsToAsk" | "planAll">;

export function openLooking(parts: LookingParts, { plan }: Pick<Upgrades, "plan">): Looking {
  const { clock, window, timeZone, pauseMinutes } = parts;
  return {
    look: (key) => lookFor(parts, key, (app, versions) => newestFor(app, versions)),
    isWindowOpen: () => isWithin(window, clock.now(), timeZone),
    isFree: (domain) => !parts.isBusy(domain),
    async due(key) {
      const { candidates } = await lookFor(parts, key, ({ version, policy }, versions) =>
        policy === "manual" || version === null ? null : newestWithin(versions, version, policy),
      );
      return {
        apps: candidates.filter(({ waitsBecause }) => waitsBecause.length === 0),
        pause: `${pauseMinutes}m`,
      };
    },
    reasonsToAsk: (made, policy) =>
      reasons({
        policy,
        size: made.size,
        isPreview: isPreview(made.to),
        migration: made.migration,
        missing: made.drift.missing.map((one) => one.key),
        failed: false,
        backup: made.backup,
      }),
    planAll: (policy, key) => planBatch(parts, plan, policy, key),
  };
}

/** The newest release above the app's version; null when there is none, or when it has no version to compare. */
function newestFor({ version }: App, versions: RecipeVersion[]): RecipeVersion | null {
  const newest = newestRelease(versions);
  if (version === null || newest === null || isPreview(newest)) return null;
  return compareVersions(newest, version) > 0 ? newest : null;
}

async function lookFor(
  parts: LookingParts,
  key: string,
  choose: (app: App, versions: RecipeVersion[]) => RecipeVersion | null,
): Promise<Look> {
  const { apps, recipes } = parts;
  const notSeen: string[] = [];
  const versionsOf = new Map<RecipeName, RecipeVersion[]>();
  const candidates: Candidate[] = [];
  for (const app of apps.list()) {
    const versions = versionsOf.get(app.recipe) ?? (await freshVersions(recipes, app.recipe, notSeen));
    versionsOf.set(app.recipe, versions);
    const to = choose(app, versions);
    if (to === null || app.version === null || !(await runs(apps, app.domain, notSeen))) continue;
    candidates.push(await describe(parts, { ...app, version: app.version }, to, key));
  }
  return { candidates, notSeen };
}

async function freshVersions(
  recipes: Recipes,
  recipe: RecipeName,
  notSeen: string[],
): Promise<RecipeVersion[]> {
  const found = await orReason(async () => {
    const { stale } = await recipes.refresh(recipe);
    if (stale !== null) notSeen.push(stale);
    return recipes.versions(recipe);
  }, notSeen);
  return found ?? [];
}

/** Whether anything of it is on its server; one that does not answer is asked again next time. */
async function runs(apps: Pick<Apps, "services">, domain: AppDomain, notSeen: string[]): Promise<boolean> {
  const services = await orReason(() => apps.services(domain), notSeen);
  return services !== undefined && services.length > 0;
}

async function orReason<T>(ask: () => Promise<T>, notSeen: string[]): Promise<T | undefined> {
  try {
    return await ask();
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    notSeen.push(thrown.text.happened);
    return undefined;
  }
}

async function describe(
  { apps, recipes, backupOf }: LookingParts,
  { domain, recipe, policy, version: from }: App & { version: RecipeVersion },
  to: RecipeVersion,
  key: string,
): Promise<Candidate> {
  const size = stepBetween(from, to);
  const own = new Set(apps.settings(domain).map((setting) => setting.key));
  const stepKey = `${key}/${domain}`;
  const { missing } = await driftBetween(recipes, recipe, { from, to, own, key: stepKey });
  const waitsBecause = reasons({
    policy,
    size,
    isPreview: isPreview(to),
    migration: migrationWords(await notesFor(recipes, recipe, { from, to, key: stepKey })),
    missing: missing.map((one) => one.key),
    failed: apps
      .history(domain)
      .some(({ version, outcome }) => version === to && outcome !== "converged" && outcome !== "running"),
    backup: backupState(backupOf, domain),
  });
  return { app: domain, recipe, policy, from, to, size, waitsBecause };
}

async function notesFor(
  recipes: Recipes,
  recipe: RecipeName,
  { from, to, key }: { from: RecipeVersion; to: RecipeVersion; key: string },
): Promise<string> {
  try {
    return notesBetween((await recipes.checkout(recipe, to, key)).notes, from, to);
  } catch (thrown) {
    // Notes that cannot be read are none that a policy may trust: the plan says later what is wrong.
    if (thrown instanceof Problem) return "";
    throw thrown;
  } finally {
    await recipes.release(key);
  }
}

interface Facts {
  policy: UpgradePolicy;
  size: Candidate["size"];
  isPreview: boolean;
  migration: string[];
  missing: string[];
  failed: boolean;
  /** Null: whoever is asked is told of it. */
  backup: BackupState | null;
}

function reasons({ policy, size, isPreview, migration, missing, failed, backup }: Facts): string[] {
  return [
    ...(policy === "manual" ? ["its policy is manual"] : []),
    ...(policy !== "manual" && isBeyond(size, policy)
      ? [`it is a ${size} version and its policy is ${policy}`]
      : []),
    ...(isPreview ? ["it is a preview"] : []),
    ...(migration.length > 0
      ? [`its notes speak of ${migration.map((word) => `“${word}”`).join(", ")}`]
      : []),
    ...(missing.length > 0 ? [`it has new settings: ${missing.join(", ")}`] : []),
    ...(failed ? ["it did not come up when it was tried before"] : []),
    // One whose policy for backups is `off` has been decided about.
    ...(backup?.known === false
      ? ["no backup of it can be taken first, because there is no repository for it"]
      : []),
  ];
}

async function planBatch(
  parts: LookingParts,
  plan: Upgrades["plan"],
  policy: "patch" | "minor",
  key: string,
): Promise<Batch> {
  const { candidates, notSeen } = await lookFor(parts, key, ({ version }, versions) =>
    version === null ? null : newestWithin(versions, version, policy),
  );
  const batch: Batch = { upgrades: [], diff: "", held: [...notSeen] };
  const diffs: string[] = [];
  for (const { app, recipe, to } of candidates) {
    const made = await orReason(() => plan(app, to, `${key}/${app}`), batch.held);
    if (made === undefined || made.isEmpty) continue;
    const why = reasons({
      ...{ policy, size: made.size, isPreview: isPreview(made.to), failed: false, backup: null },
      ...{ migration: made.migration, missing: made.drift.missing.map((one) => one.key) },
    });
    if (why.length > 0) {
      batch.held.push(`${app} to ${made.to}: ${why.join("; ")}`);
      continue;
    }
    const from = made.from ?? "an unknown version";
    const { hash, notes, backup } = made;
    batch.upgrades.push({ app, recipe, from, to: made.to, hash, notes, backup });
    diffs.push(`${app}: ${from} to ${made.to}\n${made.diff}`);
  }
  return { ...batch, diff: diffs.join("\n\n") };
}
