/** The files of an app's version for as long as something is read in them. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { recipeWithoutVersions } from "../../core/problems/recipes.ts";
import type { AppDomain, RecipeVersion } from "../../core/terms.ts";
import { newestRelease, type Checkout, type Recipes } from "../../recipes/index.ts";
import type { Servers } from "../../servers/types.ts";
import type { Swarm } from "../../swarm/types.ts";
import type { Rows } from "../rows.ts";
import type { App } from "../types.ts";

export interface Ground {
  rows: Rows;
  recipes: Recipes;
  servers: Pick<Servers, "swarmOf">;
}

export interface Reading {
  app: App;
  swarm: Swarm;
  /** The app's settings as text. */
  envText: string;
  checkout: Checkout;
}

let reads = 0;

/** Gives the files of the version that the app has, else of the newest release, to `use`; they are gone after it. */
export async function reading<T>(
  { rows, recipes, servers }: Ground,
  domain: AppDomain,
  use: (read: Reading) => T | Promise<T>,
): Promise<T> {
  const app = rows.get(domain);
  const version = app.version ?? (await newestOf(recipes, app));
  // Two that read at once must not take each other's files away.
  const key = `read/${domain}/${reads++}`;
  try {
    const checkout = await recipes.checkout(app.recipe, version, key);
    return await use({ app, swarm: servers.swarmOf(app.server), envText: rows.envOf(domain), checkout });
  } finally {
    await recipes.release(key);
  }
}

async function newestOf(recipes: Recipes, { recipe }: App): Promise<RecipeVersion> {
  const newest = newestRelease(await recipes.versions(recipe));
  if (newest === null) throw recipeWithoutVersions({ recipe });
  return newest;
}

/** The recipe's abra.sh; "" when it has none. It is data here: only containers run it. */
export function scriptIn({ dir }: Checkout): string {
  const places = [path.join(dir, "abra.sh"), path.join(path.dirname(dir), "abra.sh")];
  const inFolder = path.basename(dir) === "deploy" ? places : places.slice(0, 1);
  const found = inFolder.find((file) => existsSync(file));
  return found === undefined ? "" : readFileSync(found, "utf8");
}
