/** How all apps are: each server and each recipe is asked once, all at the same time. */
import { Problem } from "../core/problem.ts";
import type { RecipeName, RecipeVersion, ServerName } from "../core/terms.ts";
import { newestRelease, type Recipes } from "../recipes/index.ts";
import type { Servers } from "../servers/types.ts";
import type { ServiceRow } from "../swarm/types.ts";
import type { App, AppStatus } from "./types.ts";

export async function statusOfAll(
  apps: App[],
  recipes: Pick<Recipes, "versions">,
  servers: Pick<Servers, "swarmOf">,
): Promise<AppStatus[]> {
  const [stacks, newest] = await Promise.all([
    each(
      apps.map(({ server }) => server),
      (server: ServerName) => orWithout(() => servers.swarmOf(server).overview(), null),
    ),
    each(
      apps.map(({ recipe }) => recipe),
      (recipe: RecipeName): Promise<RecipeVersion | null> =>
        orWithout(async () => newestRelease(await recipes.versions(recipe)), null),
    ),
  ]);
  return apps.map((app) => {
    const there = stacks.get(app.server) ?? null;
    const state = there === null ? "unknown" : stateOf(there[app.stack] ?? []);
    return { app, state, newest: newest.get(app.recipe) ?? null };
  });
}

/** What `ask` answers for each different key. */
async function each<K, T>(keys: K[], ask: (key: K) => Promise<T>): Promise<Map<K, T>> {
  const found = [...new Set(keys)].map(async (key): Promise<[K, T]> => [key, await ask(key)]);
  return new Map(await Promise.all(found));
}

function stateOf(services: ServiceRow[]): "running" | "starting" | "down" {
  if (services.length === 0) return "down";
  return services.every(({ running, wanted }) => wanted === null || running >= wanted)
    ? "running"
    : "starting";
}

/**
 * A server or a repository that does not answer is part of the answer; anything else is a fault and thrown.
 */
async function orWithout<T, W>(ask: () => Promise<T>, without: W): Promise<T | W> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof Problem) return without;
    throw thrown;
  }
}
