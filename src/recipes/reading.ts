/** Looking at recipes: finding them, their history, two versions side by side, lint. Nothing is deployed by it. */
import { nearest } from "../core/nearest.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { catalogueNone } from "../core/problems/catalogue.ts";
import { recipeUnknown, recipeVersionUnknown, recipeWithoutVersions } from "../core/problems/recipes.ts";
import type { RecipeName, RecipeVersion } from "../core/terms.ts";
import type { Catalogue, CatalogueView } from "./catalogue/types.ts";
import { compareTags } from "./compare.ts";
import type { Git } from "./git.ts";
import { readTagFacts, withImages } from "./history.ts";
import { lintRecipe } from "./lint/lint.ts";
import type { LintSubject, TryCompose } from "./lint/types.ts";
import type { Mirror, Tag } from "./mirror.ts";
import { findRecipes } from "./search.ts";
import { readTree } from "./tree.ts";
import type { Recipes, RecipeSummary } from "./types.ts";
import { compareVersions, newestRelease } from "./versions.ts";

export interface ReadingParts {
  git: Git;
  catalogue: Catalogue | null;
  mirrorOf: (name: RecipeName) => Promise<Mirror>;
  /** Those named in the settings, as they are listed. */
  listed: () => Promise<RecipeSummary[]>;
  tryCompose: TryCompose | undefined;
}

type Reading = Pick<Recipes, "catalogue" | "search" | "history" | "compare" | "lint">;

const nearestShown = 3;
/** Images are read for so many of the newest versions. */
const imagesOf = 30;

export function openReading(parts: ReadingParts): Reading {
  const { git, catalogue, mirrorOf } = parts;
  return {
    async catalogue() {
      if (catalogue === null) return null;
      const { source } = catalogue;
      try {
        const { entries, passedOver, fetchedAt, stale } = await catalogue.read();
        return { source, count: entries.size, passedOver, fetchedAt, note: stale };
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        return { source, count: 0, passedOver: 0, fetchedAt: null, note: thrown.text.happened };
      }
    },
    async search(words) {
      const listed = await parts.listed();
      const view = await readOrNull(catalogue, listed.length > 0);
      const found = findRecipes(words, listed, view?.entries);
      if (found.length === 0 && catalogue === null) throw catalogueNone({});
      return { found, note: view?.stale ?? null };
    },
    async history(name) {
      const mirror = await mirrorOf(name);
      await mirror.tags();
      const tags = await readTagFacts(git, ["--git-dir", mirror.gitDir]);
      return withImages(git, mirror.gitDir, tags, imagesOf);
    },
    async compare(name, from, to) {
      const mirror = await mirrorOf(name);
      const before = await tagOf(name, mirror, from);
      const after = await tagOf(name, mirror, to ?? (await newestOf(name, mirror)));
      return compareTags(git, mirror.gitDir, name, [before, after]);
    },
    async lint(name, version) {
      const mirror = await mirrorOf(name);
      const tag = await tagOf(name, mirror, version ?? (await newestOf(name, mirror)));
      return lintRecipe(await subjectOf(parts, name, mirror, tag));
    },
  };
}

/** Without the catalogue there are still the recipes of the settings, when there are any. */
async function readOrNull(catalogue: Catalogue | null, hasOthers: boolean): Promise<CatalogueView | null> {
  if (catalogue === null) return null;
  try {
    return await catalogue.read();
  } catch (thrown) {
    if (!hasOthers || !(thrown instanceof Problem)) throw thrown;
    return {
      source: catalogue.source,
      entries: new Map(),
      passedOver: 0,
      fetchedAt: 0,
      stale: messageOf(thrown),
    };
  }
}

async function subjectOf(
  parts: ReadingParts,
  name: RecipeName,
  mirror: Mirror,
  tag: Tag,
): Promise<LintSubject> {
  const { git, catalogue, tryCompose } = parts;
  const { gitDir } = mirror;
  const older = (await mirror.tags()).find((other) => compareVersions(other.version, tag.version) < 0);
  const view = await readOrNull(catalogue, true);
  const isKnown = view !== null && view.entries.size > 0;
  return {
    recipe: name,
    version: tag.version,
    files: await readTree(git, gitDir, tag.commit),
    tags: await readTagFacts(git, ["--git-dir", gitDir]),
    previous:
      older === undefined
        ? null
        : { version: older.version, files: await readTree(git, gitDir, older.commit) },
    catalogue: isKnown ? { source: view.source, entry: view.entries.get(name) ?? null } : null,
    ...(tryCompose && { tryCompose }),
  };
}

async function newestOf(recipe: RecipeName, mirror: Mirror): Promise<RecipeVersion> {
  const newest = newestRelease((await mirror.tags()).map(({ version }) => version));
  if (newest === null) throw recipeWithoutVersions({ recipe });
  return newest;
}

/** The tag of a version; the repository is asked once when it is not known yet. */
export async function tagOf(recipe: RecipeName, mirror: Mirror, version: RecipeVersion): Promise<Tag> {
  const find = async () => (await mirror.tags()).find((tag) => tag.version === version);
  const known = await find();
  if (known !== undefined) return known;
  await mirror.refresh();
  return (await find()) ?? unknownVersion(recipe, mirror, version);
}

async function unknownVersion(recipe: RecipeName, mirror: Mirror, version: RecipeVersion): Promise<never> {
  const all = (await mirror.tags()).map((tag) => tag.version);
  const likely = nearest(version, all);
  const index = all.findIndex((other) => compareVersions(other, version) < 0);
  const around = all.slice(Math.max(0, (index === -1 ? all.length : index) - 2)).slice(0, nearestShown);
  const shown = new Set([...(likely === undefined ? [] : [likely]), ...around]);
  throw recipeVersionUnknown({ recipe, version, nearest: [...shown].slice(0, nearestShown) });
}

/** The problem of a name that neither settings nor catalogue know. */
export function unknownRecipe(recipe: string, names: Iterable<string>): Problem {
  return recipeUnknown({ recipe, nearest: nearest(recipe, names) });
}
