import path from "node:path";
import type { Clock } from "../core/clock.ts";
import { nearest } from "../core/nearest.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { recipeUnknown, recipeVersionUnknown } from "../core/problems/recipes.ts";
import { RecipeName, type RecipeVersion } from "../core/terms.ts";
import { checkOut, folderOf, pruneCheckouts, removeCheckout } from "./checkout.ts";
import { commitOf } from "./commits.ts";
import { parseEnv } from "./env-file.ts";
import { gitWith } from "./git.ts";
import { openMirror, type Mirror, type Tag } from "./mirror.ts";
import { looksSecret } from "./looks-secret.ts";
import { readReadme } from "./readme.ts";
import type { RecipeDetail, Recipes, RecipeSummary } from "./types.ts";
import { compareVersions, newestRelease } from "./versions.ts";

export interface RecipesOptions {
  /** By name: a path or a URL each. A path may be a git repository or a plain folder. */
  sources: Record<string, string>;
  /** Holds mirrors and checkouts; made when it is missing. */
  dataDir: string;
  clock: Clock;
  /** For git, such as HOME and SSH_AUTH_SOCK: nothing of the process's environment is used by itself. */
  env?: Record<string, string>;
  log?: { warn(facts: object, text: string): void };
}

const nearestShown = 3;

/**
 * Opens the recipes named in the settings. Nothing is fetched yet; leftovers of a crash are removed on the
 * side.
 */
export function openRecipes({ sources, dataDir, clock, env, log }: RecipesOptions): Recipes {
  const git = gitWith(env);
  const mirrors = new Map(
    Object.entries(sources).map(([name, address]) => [
      RecipeName.parse(name),
      openMirror(name, address, { git, clock, dir: path.join(dataDir, "mirrors") }),
    ]),
  );
  const checkouts = path.join(dataDir, "checkouts");
  pruneCheckouts(checkouts, clock).catch((thrown: unknown) => {
    log?.warn({ err: thrown }, "leftover checkouts could not be removed");
  });
  const mirrorOf = (name: RecipeName): Mirror => {
    const mirror = mirrors.get(name);
    if (mirror === undefined) throw recipeUnknown({ recipe: name, nearest: nearest(name, mirrors.keys()) });
    return mirror;
  };
  return {
    list: () => Promise.all([...mirrors].map(([name, mirror]) => summaryOrReason(name, mirror))),
    show: (name) => detail(name, mirrorOf(name)),
    versions: async (name) => (await mirrorOf(name).tags()).map(({ version }) => version),
    refresh: async (name) => mirrorOf(name).refresh(),
    async checkout(name, version, key) {
      const mirror = mirrorOf(name);
      const tag = (await findTag(mirror, version)) ?? (await unknownVersion(name, mirror, version));
      return checkOut(git, mirror, folderOf(checkouts, key), { recipe: name, ...tag });
    },
    commitOf: (name, wanted) => commitOf(git, name, mirrorOf(name), wanted),
    async checkoutCommit(name, wanted, key) {
      const mirror = mirrorOf(name);
      const { commit, short } = await commitOf(git, name, mirror, wanted);
      return checkOut(git, mirror, folderOf(checkouts, key), { recipe: name, version: short, commit });
    },
    release: (key) => removeCheckout(folderOf(checkouts, key)),
  };
}

async function findTag(mirror: Mirror, version: RecipeVersion): Promise<Tag | undefined> {
  const find = async () => (await mirror.tags()).find((tag) => tag.version === version);
  const known = await find();
  if (known !== undefined) return known;
  await mirror.refresh();
  return find();
}

async function unknownVersion(name: RecipeName, mirror: Mirror, version: RecipeVersion): Promise<never> {
  const all = (await mirror.tags()).map((tag) => tag.version);
  const likely = nearest(version, all);
  const index = all.findIndex((other) => compareVersions(other, version) < 0);
  const around = all.slice(Math.max(0, (index === -1 ? all.length : index) - 2)).slice(0, nearestShown);
  const shown = new Set([...(likely === undefined ? [] : [likely]), ...around]);
  throw recipeVersionUnknown({ recipe: name, version, nearest: [...shown].slice(0, nearestShown) });
}

async function summaryOrReason(name: RecipeName, mirror: Mirror): Promise<RecipeSummary> {
  try {
    return (await summary(name, mirror)).summary;
  } catch (thrown) {
    const why = thrown instanceof Problem ? thrown.text.happened : messageOf(thrown);
    return { name, description: why, newest: null, source: mirror.source };
  }
}

async function summary(name: RecipeName, mirror: Mirror) {
  const versions = (await mirror.tags()).map(({ version }) => version);
  const head = await mirror.head();
  const readme = (await mirror.read(head, "README.md")) ?? "";
  const facts = readReadme(readme);
  const newest = newestRelease(versions);
  return {
    summary: { name, description: facts.description, newest, source: mirror.source },
    versions,
    head,
    readme,
    facts,
  };
}

async function detail(name: RecipeName, mirror: Mirror): Promise<RecipeDetail> {
  const { summary: short, versions, head, readme, facts } = await summary(name, mirror);
  const sample =
    (await mirror.read(head, ".env.sample")) ?? (await mirror.read(head, "deploy/.env.sample")) ?? "";
  const settings = parseEnv(sample).map(({ key, value, comment }) => ({
    key,
    sample: looksSecret(key) ? "" : value,
    ...(comment !== undefined && { comment }),
  }));
  return {
    ...short,
    versions,
    settings,
    readme,
    ...(facts.category !== undefined && { category: facts.category }),
  };
}
