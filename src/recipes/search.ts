import type { RecipeName } from "../core/terms.ts";
import type { CatalogueEntry } from "./catalogue/types.ts";
import type { RecipeFound, RecipeSummary } from "./types.ts";

/**
 * Recipes in which every word is found, in name, description or category. Best first: the name itself, its
 * beginning, anywhere in it, then the rest; settings before the catalogue.
 */
export function findRecipes(
  words: string,
  listed: readonly RecipeSummary[],
  catalogue: ReadonlyMap<RecipeName, CatalogueEntry> = new Map(),
): RecipeFound[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const ours = listed.map(({ name, description, newest, source }): RecipeFound => ({
    name,
    description,
    category: catalogue.get(name)?.category ?? "",
    newest,
    source,
    from: "settings",
  }));
  const named = new Set(ours.map(({ name }) => name));
  const others = [...catalogue.values()]
    .filter(({ name }) => !named.has(name))
    .map(({ name, description, category, newest, repository }): RecipeFound => ({
      name,
      description,
      category,
      newest,
      source: repository,
      from: "catalogue",
    }));
  return [...ours, ...others]
    .map((recipe) => ({ recipe, rank: rankOf(recipe, wanted) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank || (a.recipe.name < b.recipe.name ? -1 : 1))
    .map(({ recipe }) => recipe);
}

/** 0: some word is not in it. */
function rankOf({ name, description, category }: RecipeFound, wanted: readonly string[]): number {
  const all = `${name} ${description} ${category}`.toLowerCase();
  if (wanted.length === 0 || !wanted.every((word) => all.includes(word))) return 0;
  const [first = ""] = wanted;
  if (name === wanted.join("-")) return 4;
  if (name.startsWith(first)) return 3;
  return wanted.some((word) => name.includes(word)) ? 2 : 1;
}
