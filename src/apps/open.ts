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
import type { Outside } from "../outside/index.ts";
import { openAdopting } from "./adopting.ts";
import { openDeploying, type DeployingParts } from "./deploying.ts";
import { openPolicy } from "./policy.ts";
import type { Parcels } from "./care/parcels.ts";
import { openCare } from "./care/open-care.ts";
import { openMoving } from "./moving.ts";
import { openReviving } from "./reviving.ts";
import { openRecords } from "./records.ts";
import { openRows, type Rows } from "./rows.ts";
import { lookFromOutside, namesOf, warnOfNames } from "./seen-from-outside.ts";
import { stackNameOf } from "./stack-name.ts";
import type { App, Apps, ExportedApp } from "./types.ts";
import { statusOfAll } from "./status.ts";

export interface AppsOptions {
  db: Db;
  clock: Clock;
  audit: Audit;
  recipes: Recipes;
  servers: Pick<Servers, "get" | "list" | "swarmOf">;
  /** Where files of settings wait that the command line handed in. */
  handedInDir?: string;
  /** What others see of an app from outside; without it nothing is looked up or asked for. */
  outside?: Outside;
  /** The public addresses of the server on this machine. */
  localAddresses?: readonly string[];
  /** Whether commands inside containers want another maintainer's yes; they do unless it is false. */
  execApproval?: boolean;
  /** Where files wait on their way between containers and people. */
  parcels?: Parcels;
}

/** As abra shortens a commit. */
const shortCommit = 8;
const usualLogLines = 50;

/** Opens the apps: rows in the database, and what becomes of them on the swarm. */
export function openApps(options: AppsOptions): Apps {
  const { db, clock, audit, recipes, servers, handedInDir, outside, localAddresses = [] } = options;
  const seen = { outside, localAddresses };
  const { execApproval = true, parcels } = options;
  const rows = openRows({ db, clock, audit, servers });
  const place = (domain: AppDomain): { swarm: Swarm; stack: string } => {
    const { server, stack } = rows.get(domain);
    return { swarm: servers.swarmOf(server), stack };
  };
  const warnOfDomains: DeployingParts["warnOfDomains"] = (server, domain, envText) =>
    warnOfNames(seen, servers.get(server), namesOf(domain, envText));
  const records = openRecords({ db, clock, audit });
  return {
    ...rows,
    ...records,
    exported: () => rows.list().map((app) => exportOf(app, rows, records)),
    ...openDeploying({ db, rows, recipes, servers, warnOfDomains }),
    ...openReviving({ db, audit, rows, recipes, servers, warnOfDomains }),
    ...openMoving({ db, audit, rows, recipes, servers, warnOfDomains }),
    ...openAdopting({ db, clock, audit, rows, recipes, servers, handedInDir }),
    lookFromOutside: (plan, signal) => lookFromOutside(seen, plan, signal),
    ...openPolicy({ db, audit, rows }),
    ...openCare({ db, audit, rows, recipes, servers, execApproval, parcels }),
    prepare: (domain, recipe, version) => prepare({ rows, recipes }, { domain, recipe, version }),
    async undeploy(domain, { volumes, unseen, signal }) {
      const { swarm, stack } = place(domain);
      await swarm.remove(stack, { volumes, unseen, signal });
    },
    async belongings(domain) {
      const { swarm, stack } = place(domain);
      const [services, kept] = await Promise.all([swarm.services(stack), swarm.belongings(stack)]);
      return {
        volumes: [...kept.volumes].sort(),
        secrets: [...kept.secrets].sort(),
        unseen: kept.unseen,
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
    status: () => statusOfAll({ clock, recipes, servers }, rows.list()),
  };
}

function exportOf(app: App, rows: Rows, records: Pick<Apps, "history">): ExportedApp {
  const { domain, server, recipe, version } = app;
  const last = records.history(domain).find(({ outcome }) => outcome === "converged");
  const chaos = last?.chaos?.slice(0, shortCommit) ?? null;
  return { domain, server, recipe, version, chaos, env: rows.envOf(domain) };
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
