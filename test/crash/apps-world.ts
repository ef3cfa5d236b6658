/**
 * The world of the stories about apps: a swarm that outlives the process, and what is seen of it and of the
 * rows.
 */
import { openApps, type Parcels } from "../../src/apps/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import type { Db } from "../../src/db/index.ts";
import type { Json } from "../../src/core/canonical.ts";
import { AppDomain, RecipeName, RecipeVersion, ServerName } from "../../src/core/terms.ts";
import { envSample, fakeRecipes } from "../apps/fake-recipes.ts";
import { fakeServers, fakeSwarm, type FakeSwarm } from "../apps/fake-swarm.ts";
import type { Expected } from "./harness.ts";
import { backedUpNowhere } from "../workflows/telling.ts";

export const app = AppDomain.parse("notes.example.coop");
const stack = "notes_example_coop";
const recipes = fakeRecipes();

export interface AppsWorld {
  swarm: FakeSwarm;
  /** Files on their way, by key: they outlive the process as well. */
  parcels: Map<string, Buffer>;
}

/** What must be true afterwards. */
export interface Seen {
  /** Version label of the service `app`, by service; null for a service without one. */
  runs: Record<string, string | null>;
  secrets: number;
  volumes: number;
  /** The version in the app's row; undefined when there is no row. */
  pinned: string | null | undefined;
  /** Version and outcome of every record. */
  history: string[];
  /** What the audit says of the app. */
  audit: string[];
}

export function tradesOf({ swarm, parcels }: AppsWorld, db: Db) {
  const clock = new FakeClock();
  const kept = parcelsIn(parcels);
  const servers = fakeServers(swarm);
  const apps = openApps({ db, clock, audit: openAudit(db, clock), recipes, servers, parcels: kept });
  return { apps, backups: backedUpNowhere };
}

/** What is kept under a key is found by that key. */
export function parcelsIn(parcels: Map<string, Buffer>): Parcels {
  return { keep: (key, bytes) => (parcels.set(key, bytes), key), read: (id) => parcels.get(id) };
}

/** A world in which the app is registered at 1.0.0, and runs there when `runs`. */
export function worldOf(db: Db, { registered = true, runs = false } = {}): AppsWorld {
  const swarm = fakeSwarm();
  if (registered) {
    const clock = new FakeClock();
    const env = envSample.replaceAll("notes.example.com", app);
    const version = RecipeVersion.parse("1.0.0+1.0");
    const rest = { recipe: RecipeName.parse("notes"), server: ServerName.parse("local"), env, version };
    openApps({ db, clock, audit: openAudit(db, clock), recipes, servers: fakeServers(swarm) }).create("ana", {
      domain: app,
      ...rest,
    });
  }
  if (runs) {
    swarm.running.set(
      stack,
      new Map([
        ["app", specAt("1.0.0+1.0")],
        ["old", { Name: `${stack}_old` }],
      ]),
    );
    swarm.running.get(stack)?.delete("old");
    for (const name of ["db_password", "token"]) swarm.secrets.set(`${stack}_${name}_v1`, "kept");
    swarm.volumes.add(`${stack}_data`);
  }
  return { swarm, parcels: new Map() };
}

function specAt(version: string): Json {
  const prefix = `coop-cloud.${stack}`;
  return { Name: `${stack}_app`, Labels: { [`${prefix}.version`]: version, [`${prefix}.recipe`]: "notes" } };
}

export function see(world: AppsWorld, db: Db): Seen {
  const { swarm } = world;
  const label = `coop-cloud.${stack}.version`;
  const versionOf = (spec: Json): string | null =>
    (spec as { Labels?: Record<string, string> }).Labels?.[label] ?? null;
  const { apps } = tradesOf(world, db);
  return {
    runs: Object.fromEntries(
      [...(swarm.running.get(stack) ?? [])].map(([name, spec]) => [name, versionOf(spec)]),
    ),
    secrets: swarm.secrets.size,
    volumes: swarm.volumes.size,
    pinned: apps.find(app)?.version,
    history: apps.history(app).map(({ version, outcome }) => `${version ?? "?"} ${outcome}`),
    audit: openAudit(db, new FakeClock())
      .list({ subject: app })
      .map(({ who, what }) => `${who} ${what}`)
      .reverse(),
  };
}

/** The ways in which a cancel may end: too early for anything, on the way, or too late. */
export function cancelledWays(worlds: Seen[], ended: Expected): Expected[] {
  return [
    ...worlds.map((world) => ({ status: "cancelled" as const, problem: "run-cancelled", world })),
    ended,
  ];
}
