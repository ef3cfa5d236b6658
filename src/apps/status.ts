/** How all apps are, asked of every server at once. */
import type { Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { RecipeVersion, type RecipeName, type ServerName } from "../core/terms.ts";
import { newestRelease, type Recipes } from "../recipes/index.ts";
import type { Servers } from "../servers/types.ts";
import type { StackOverview, Swarm } from "../swarm/index.ts";
import type { App, AppStatus } from "./types.ts";

/** A server that is silent for so long is said to be away; what the others answered is shown. */
const patienceMs = 2500;

interface Parts {
  clock: Clock;
  recipes: Recipes;
  servers: Pick<Servers, "swarmOf">;
}

/** One call per server and one look per recipe, however many apps there are. */
export async function statusOfAll(parts: Parts, apps: App[]): Promise<AppStatus[]> {
  const each = <K, V>(keys: readonly K[], ask: (key: K) => Promise<V>): Promise<Map<K, V>> =>
    Promise.all([...new Set(keys)].map(async (key) => [key, await ask(key)] as const)).then(
      (pairs) => new Map(pairs),
    );
  const [servers, newest] = await Promise.all([
    each(
      apps.map(({ server }) => server),
      (server) => stacksOn(parts, server),
    ),
    each(
      apps.map(({ recipe }) => recipe),
      (recipe) => newestOf(parts.recipes, recipe),
    ),
  ]);
  return apps.map((app) => {
    const found = servers.get(app.server);
    const stacks = found?.stacks;
    const stack = stacks?.get(app.stack);
    const runs = RecipeVersion.safeParse(stack?.version);
    return {
      app,
      state: stacks === undefined ? "unknown" : stateOf(stack),
      newest: newest.get(app.recipe) ?? null,
      runs: runs.success ? runs.data : null,
      ...(found?.away !== undefined && { away: found.away }),
    };
  });
}

interface Asked {
  stacks?: Map<string, StackOverview>;
  /** Why it is not known, in words. */
  away?: string;
}

/** A server that does not answer is part of the answer; anything else is a fault and thrown. */
async function stacksOn({ clock, servers }: Parts, server: ServerName): Promise<Asked> {
  let stopWaiting = (): void => undefined;
  const late = new Promise<Asked>((done) => {
    const away = `it did not answer within ${patienceMs / 1000} s`;
    stopWaiting = clock.after(patienceMs, () => done({ away }));
  });
  const asked = async (): Promise<Asked> => {
    const swarm: Swarm = servers.swarmOf(server);
    return { stacks: new Map((await swarm.overview()).map((one) => [one.stack, one])) };
  };
  try {
    return await Promise.race([asked(), late]);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return { away: thrown.text.happened };
  } finally {
    stopWaiting();
  }
}

function stateOf(stack: StackOverview | undefined): "running" | "starting" | "down" {
  if (stack === undefined || stack.services.length === 0) return "down";
  return stack.services.every(({ running, wanted }) => running >= wanted) ? "running" : "starting";
}

async function newestOf(recipes: Recipes, recipe: RecipeName): Promise<RecipeVersion | null> {
  try {
    return newestRelease(await recipes.versions(recipe));
  } catch (thrown) {
    if (thrown instanceof Problem) return null;
    throw thrown;
  }
}
