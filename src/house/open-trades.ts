/** The trades that work on servers: recipes, the inventory of servers, and the apps that join them. */
import path from "node:path";
import type { Logger } from "pino";
import { handedInFolder, openApps, type Apps, type AppsOptions } from "../apps/index.ts";
import type { Audit } from "../audit/index.ts";
import { openBackups, openTurns, type Backups, type Turns } from "../backups/index.ts";
import type { Config } from "../config.ts";
import type { Clock } from "../core/clock.ts";
import type { Db } from "../db/index.ts";
import { openOutside } from "../outside/index.ts";
import { openRecipes, type Recipes } from "../recipes/index.ts";
import { openServers, type Servers, type ServersOptions } from "../servers/index.ts";
import { tryCompose } from "../swarm/index.ts";

export interface TradesParts {
  config: Config;
  db: Db;
  clock: Clock;
  audit: Audit;
  log: Logger;
  parcels: NonNullable<AppsOptions["parcels"]>;
}

export interface OpenTrades {
  recipes: Recipes;
  servers: Servers;
  apps: Apps;
  backups: Backups;
  /** One at a time per repository and per node, whoever works there. */
  turns: Turns;
}

/** Opens them; nothing is asked of a server or a repository yet. `onAway` is told of servers that come and go. */
export function openTrades(
  { config, db, clock, audit, log, parcels }: TradesParts,
  onAway: NonNullable<ServersOptions["onAway"]>,
): OpenTrades {
  const recipes = openRecipes({
    sources: sourcesOf(config),
    catalogue: config.catalogue === undefined ? undefined : meantFrom(config.root, config.catalogue),
    tryCompose,
    dataDir: path.join(config.dataDir, "recipes"),
    clock,
    env: config.gitEnv,
  });
  const servers = openServers({
    db,
    clock,
    audit,
    log,
    socketPath: config.docker.socket,
    agentSocket: config.gitEnv["SSH_AUTH_SOCK"],
    onAway,
  });
  const apps = openApps({
    db,
    clock,
    audit,
    recipes,
    servers,
    handedInDir: path.join(config.dataDir, handedInFolder),
    outside: openOutside({ clock }),
    localAddresses: config.docker.addresses,
    execApproval: config.exec.approval,
    parcels,
  });
  const turns = openTurns();
  const backups = openBackups({
    ...{ db, clock, audit, apps, recipes, servers, turns },
    settings: config.backups,
    publicUrl: config.web.publicUrl,
  });
  return { recipes, servers, apps, backups, turns };
}

/** Paths of recipes are meant from the settings file on; addresses stay as they are. */
function sourcesOf({ recipes, root: from }: Config): Record<string, string> {
  return Object.fromEntries(Object.entries(recipes).map(([name, source]) => [name, meantFrom(from, source)]));
}

function meantFrom(from: string, source: string): string {
  const isAddress = /^[a-z+]+:\/\/|^[^/]+@[^/]+:/.test(source);
  return isAddress ? source : path.resolve(from, source);
}
