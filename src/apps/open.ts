import type { Audit } from "../audit/index.ts";
import type { Clock } from "../core/clock.ts";
import { appExists } from "../core/problems/apps.ts";
import { recipeWithoutVersions } from "../core/problems/recipes.ts";
import { redact } from "../core/secret.ts";
import type { AppDomain, RecipeName, RecipeVersion } from "../core/terms.ts";
import type { Db } from "../db/index.ts";
import { newestRelease, setEnv, type Recipes } from "../recipes/index.ts";
import type { Servers } from "../servers/types.ts";
import type { Swarm } from "../swarm/types.ts";
import { openDeploying } from "./deploying.ts";
import { openRecords } from "./records.ts";
import { openRows, type Rows } from "./rows.ts";
import { statusOfAll } from "./status.ts";
import { stackNameOf } from "./stack-name.ts";
import type { Apps } from "./types.ts";

export interface AppsOptions {
  db: Db;
  clock: Clock;
  audit: Audit;
  recipes: Recipes;
  servers: Pick<Servers, "get" | "swarmOf">;
}

const usualLogLines = 50;

/** Opens the apps: rows in the database, and what becomes of them on the swarm. */
export function openApps({ db, clock, audit, recipes, servers }: AppsOptions): Apps {
  const rows = openRows({ db, clock, audit, servers });
  const place = (domain: AppDomain): { swarm: Swarm; stack: string } => {
    const { server, stack } = rows.get(domain);
    return { swarm: servers.swarmOf(server), stack };
  };
  return {
    ...rows,
    ...openRecords({ db, clock, audit }),
    ...openDeploying({ db, rows, recipes, servers }),
    prepare: (domain, recipe, version) => prepare({ rows, recipes }, { domain, recipe, version }),
    async undeploy(domain, { volumes, signal }) {
      const { swarm, stack } = place(domain);
      await swarm.remove(stack, { volumes, signal });
    },
    async belongings(domain) {
      const { swarm, stack } = place(domain);
      const [services, kept] = await Promise.all([swarm.services(stack), swarm.belongings(stack)]);
      return {
        volumes: [...kept.volumes].sort(),
        secrets: [...kept.secrets].sort(),
        services: services.map(({ service }) => service).sort(),
      };
    },
    async services(domain) {
      const { swarm, stack } = place(domain);
      return swarm.services(stack);
    },
    async tasks(domain) {
      const { swarm, stack } = place(domain);
      return swarm.tasks(stack);
    },
    async logs(domain, options) {
      const { swarm, stack } = place(domain);
      const lines = await swarm.logs(stack, { lines: usualLogLines, ...options });
      return lines.map(redact);
    },
    status: () => statusOfAll(rows.list(), recipes, servers),
  };
}

async function prepare(
  { rows, recipes }: { rows: Rows; recipes: Recipes },
  { domain, recipe, version }: { domain: AppDomain; recipe: RecipeName; version: RecipeVersion | undefined },
): Promise<{ env: string; version: RecipeVersion }> {
  stackNameOf(domain);
  const taken = rows.find(domain);
  if (taken !== undefined) throw appExists({ app: domain, recipe: taken.recipe });
  if (version === undefined) await recipes.refresh(recipe);
  const wanted = version ?? newestRelease(await recipes.versions(recipe));
  if (wanted === null) throw recipeWithoutVersions({ recipe });
  const key = `prepare/${domain}`;
  try {
    const { envSample } = await recipes.checkout(recipe, wanted, key);
    // Samples speak of <recipe>.example.com wherever the domain belongs; abra fills it in the same way.
    const filled = envSample.replaceAll(`${recipe}.example.com`, domain);
    return { env: setEnv(filled, "DOMAIN", domain), version: wanted };
  } finally {
    await recipes.release(key);
  }
}
