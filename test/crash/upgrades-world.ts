/** The world of the stories about upgrades: two apps of one recipe on a swarm that outlives the process. */
import { openApps } from "../../src/apps/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import type { Json } from "../../src/core/canonical.ts";
import { AppDomain, RecipeName, RecipeVersion, ServerName } from "../../src/core/terms.ts";
import type { Db } from "../../src/db/index.ts";
import { repositoryUnreachable } from "../../src/core/problems/backups.ts";
import { openUpgrades } from "../../src/upgrades/index.ts";
import type { Trades } from "../../src/workflow/index.ts";
import { envSample } from "../apps/fake-recipes.ts";
import { fakeServers, fakeSwarm, type FakeSwarm } from "../apps/fake-swarm.ts";
import { recipesOf } from "../upgrades/house.ts";
import type { Expected } from "./harness.ts";

export const before = "1.0.0+1.0";
export const after = "1.0.1+1.0";
export const first = AppDomain.parse("a.example.coop");
export const second = AppDomain.parse("b.example.coop");
const recipes = recipesOf({ [before]: {}, [after]: { notes: "Fixes a crash." } });

export interface World {
  swarm: FakeSwarm;
  /** Left out: by their policies nobody backs them up. */
  safe?: Safe;
}

/** A repository, and what the apps have in it. */
export interface Safe {
  dataBack: "always" | "ask" | "never";
  /** The repository is away: nothing can be taken. */
  isAway?: boolean;
  /** What an upgrade that fails does to the data. */
  data: Map<string, string>;
  taken: Map<string, string>;
}

/** What is seen of one app. */
export interface SeenApp {
  /** The version label of its service `app`. */
  runs: string | null;
  pinned: string | null;
  history: string[];
}

export const untouched: SeenApp = { runs: before, pinned: before, history: [] };
export const upgraded: SeenApp = { runs: after, pinned: after, history: [`${after} converged`] };
export const takenBack: SeenApp = { ...untouched, history: [`${after} restored`] };
export const failed: SeenApp = { ...untouched, history: [`${after} failed`] };

/** Both apps run at `before`. `fails` names the app that does not come up. */
export function worldOf(
  db: Db,
  { policy = "manual", fails, safe }: { policy?: "manual" | "patch"; fails?: AppDomain; safe?: Safe } = {},
): World {
  db.sqlite.exec("create table if not exists harness_said (key text primary key, room text)");
  const swarm = fakeSwarm();
  swarm.watch = ({ stack }) => {
    // Whatever comes up with the newer version has worked on the data by then.
    if (fails !== undefined) safe?.data.set(fails, "half migrated");
    return Promise.resolve(
      stack === fails?.replaceAll(".", "_")
        ? { outcome: "failed", reason: "app crashed twice", seconds: 3 }
        : { outcome: "converged", seconds: 3 },
    );
  };
  const { apps } = tradesOf({ swarm }, db);
  for (const domain of [first, second]) {
    const env = envSample.replaceAll("notes.example.com", domain);
    const version = RecipeVersion.parse(before);
    const server = ServerName.parse("local");
    const { stack } = apps.create("ana", { domain, recipe: RecipeName.parse("notes"), server, env, version });
    apps.setPolicy("mia", domain, policy);
    const app: Json = { Name: `${stack}_app`, Labels: { [labelOf(stack)]: before } };
    swarm.running.set(stack, new Map([["app", app]]));
    for (const name of ["db_password", "token"]) swarm.secrets.set(`${stack}_${name}_v1`, "kept");
  }
  return { swarm, ...(safe && { safe }) };
}

const labelOf = (stack: string): string => `coop-cloud.${stack}.version`;

export function tradesOf({ swarm, safe }: World, db: Db) {
  const state: "off" | "fresh" = safe === undefined ? "off" : "fresh";
  const clock = new FakeClock();
  const apps = openApps({ db, clock, audit: openAudit(db, clock), recipes, servers: fakeServers(swarm) });
  const people = { withRole: () => [{ name: "bo", matrixIds: [] }] as never };
  const upgrades = openUpgrades({
    ...{ db, clock, apps, recipes, people },
    backupOf: () => ({ state, newestAt: null }),
    registries: { tags: () => Promise.resolve({ tags: ["1.0", "1.1"], askedAt: 0, stale: null }) },
    window: { from: 0, until: 1440 },
    timeZone: "UTC",
    pauseMinutes: 10,
    isBusy: () => false,
    defaultRoom: "!all",
    noticesRoom: "!all",
    post: (room, key) => {
      // A run's letters differ from telling to telling.
      const name = key.replace(/^[a-z]{5}\//, "");
      db.sqlite.prepare("insert into harness_said values (?, ?)").run(name, room);
    },
    runs: { propose: (_candidate, key) => `run of ${key}`, isOpen: () => true, cancel: () => undefined },
  });
  return { apps, upgrades, people, backups: backupsOf(safe) };
}

/** Backups as upgrades use them: taken as a whole, and put back. */
function backupsOf(safe: Safe | undefined): Trades["backups"] {
  const data = (app: string): string => safe?.data.get(app) ?? "as before";
  const backups = {
    policyOf: () => ({
      repository: safe === undefined ? null : "nightly",
      mode: safe === undefined ? "off" : "running",
      dataBack: safe?.dataBack,
    }),
    take: (app: string, run: string) => {
      if (safe?.isAway === true)
        return Promise.reject(repositoryUnreachable({ repository: "nightly", reason: "no route to host" }));
      safe?.taken.set(run, data(app));
      return Promise.resolve({ backup: run, state: "proven", reason: null });
    },
    putBack: (app: string, backup: string) => {
      const kept = safe?.taken.get(backup);
      if (kept === undefined) return Promise.reject(new Error(`there is no backup ${backup}`));
      return Promise.resolve(void safe?.data.set(app, kept));
    },
  };
  return backups as unknown as Trades["backups"];
}

export interface Seen {
  /** The data of `a`; left out where there is no repository. */
  data?: string;
  a: SeenApp;
  b: SeenApp;
  said: string[];
  proposed: string[];
}

export function see({ swarm, safe }: World, db: Db): Seen {
  const { apps } = tradesOf({ swarm }, db);
  const seen = (domain: AppDomain): SeenApp => {
    const { stack, version } = apps.get(domain);
    const spec = swarm.running.get(stack)?.get("app") as { Labels?: Record<string, string> } | undefined;
    return {
      runs: spec?.Labels?.[labelOf(stack)] ?? null,
      pinned: version,
      history: apps.history(domain).map((one) => `${one.version ?? "?"} ${one.outcome}`),
    };
  };
  const column = (sql: string) => db.sqlite.prepare<[], string>(sql).pluck().all();
  return {
    ...(safe && { data: safe.data.get(first) ?? "as before" }),
    a: seen(first),
    b: seen(second),
    said: column("select key from harness_said order by key"),
    proposed: column("select app || ' ' || version || ' ' || coalesce(run, '-') from proposal order by 1"),
  };
}

/** What must be seen when nothing else is said. */
export function saw(a: SeenApp, b: SeenApp = untouched, more: Partial<Seen> = {}): Seen {
  return { a, b, said: [], proposed: [], ...more };
}

export function done(world: Seen): Expected {
  return { status: "done", world };
}
