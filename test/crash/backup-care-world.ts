/** The world of the stories around single backups: two apps, a repository and a room, all outliving the process. */
import { backupNoRepository } from "../../src/core/problems/backup-taking.ts";
import { repositoryUnreachable } from "../../src/core/problems/backups.ts";
import { AppDomain } from "../../src/core/terms.ts";
import type { Db } from "../../src/db/index.ts";
import type { Trades } from "../../src/workflow/index.ts";
import type { Expected } from "./harness.ts";

export const first = AppDomain.parse("a.example.coop");
export const second = AppDomain.parse("b.example.coop");
const nameOf = new Map<string, string>([
  [first, "a"],
  [second, "b"],
]);

export interface World {
  /** What lies in the repository: `<app> <run>`; the run's letters are left out when it is looked at. */
  snapshots: Set<string>;
  /** Apps whose backup cannot be taken. */
  broken: AppDomain[];
  /** restic cannot forget or check. */
  isAway: boolean;
  pruned: number;
  selves: number;
}

export interface Seen {
  /** The apps of the snapshots that are there. */
  snapshots: string[];
  /** Rows: app and state. */
  rows: string[];
  care: string[];
  said: string[];
  /** Whether Tandem's own backup was written, and the repository pruned. */
  self: boolean;
  pruned: boolean;
}

export function worldOf(db: Db, more: Partial<World> = {}): World {
  db.sqlite.exec(
    `create table if not exists harness_care (line text primary key);
     create table if not exists harness_said (key text primary key);
     create table if not exists harness_row (id text primary key, app text, state text);`,
  );
  for (const table of ["harness_care", "harness_said", "harness_row"]) db.sqlite.exec(`delete from ${table}`);
  return { snapshots: new Set(), broken: [], isAway: false, pruned: 0, selves: 0, ...more };
}

const away = () => repositoryUnreachable({ repository: "nightly", reason: "connection refused" });
const withoutRun = (key: string): string => key.replace(/^[a-z]{5}\//, "");

type Backups = Trades["backups"];

/** Taking, as the world does it. */
function taking(world: World, db: Db): Partial<Record<keyof Backups, unknown>> {
  const rows = db.sqlite;
  return {
    planTake: (app: AppDomain) =>
      world.broken.includes(app)
        ? Promise.reject(backupNoRepository({ app, known: [] }))
        : Promise.resolve({
            app,
            repository: "nightly",
            mode: "running",
            preHooks: [],
            postHooks: [],
            dumps: [],
          }),
    begin: ({ app }: { app: string }, run: string) =>
      rows.prepare("insert or ignore into harness_row values (?, ?, 'running')").run(run, app),
    takeVolumes: ({ app }: { app: string }, run: string) => {
      world.snapshots.add(`${app} ${run}`);
      return Promise.resolve({ files: 1, bytes: 1, addedBytes: 1, snapshots: [], warnings: [], doubts: [] });
    },
    untake: ({ app }: { app: string }, run: string) =>
      Promise.resolve(world.snapshots.delete(`${app} ${run}`)),
    prove: (_plan: unknown, _run: string, [taken]: [object]) => ({ state: "proven", reason: null, ...taken }),
    end: (run: string, { state }: { state: string }) =>
      rows.prepare("update harness_row set state = ? where id = ? and state = 'running'").run(state, run),
    newestOf: (app: string) =>
      rows.prepare("select * from harness_row where app = ? order by rowid desc").get(app),
  };
}

export function tradesOf(world: World, db: Db): { backups: Backups } {
  const insert = (table: string, text: string): void =>
    void db.sqlite.prepare(`insert into ${table} values (?)`).run(text);
  const mark = (id: string, state: string): void =>
    void db.sqlite.prepare("update harness_row set state = ? where id = ?").run(state, id);
  const care: Partial<Backups> = {
    mark,
    planNight: () => [[{ app: first, atMs: 0, isMadeUp: true }], [{ app: second, atMs: 0, isMadeUp: true }]],
    msUntil: () => 0,
    lookBefore: () => Promise.resolve("go"),
    selfDue: () => true,
    lateNight: () => ({ failed: [{ app: first, reason: "It rained." }], underWay: [] }),
    selfRepository: () => ({ name: "nightly" }) as never,
    repositoriesInUse: () => ["nightly" as never],
    takeSelf: () => {
      if (world.isAway) return Promise.reject(away());
      world.selves++;
      return Promise.resolve({ snapshot: "3f2a91c0ffee", files: 3, bytes: 3e6, lines: [] });
    },
    // What is too old is what no app of these stories has.
    tooOld: () => {
      if (world.isAway) return Promise.reject(away());
      const snapshots = [...world.snapshots].filter((one) => one.startsWith("old "));
      return Promise.resolve({ backups: snapshots.map((one) => one.slice("old ".length)), snapshots });
    },
    removeOld: (_, snapshots) => {
      if (world.isAway) return Promise.reject(away());
      for (const one of snapshots) world.snapshots.delete(one);
      return Promise.resolve();
    },
    freeRoom: () => {
      if (world.isAway) return Promise.reject(away());
      world.pruned++;
      return Promise.resolve();
    },
    beforeForgetting: () => ({
      ...{ app: first, repository: "nightly", state: "proven", snapshots: [`${first} lekab`] },
      ...{ takenAt: "2026-11-26T02:00:00.000Z", isOnlyProven: true, newestOther: null },
    }),
    checkData: () => (world.isAway ? Promise.reject(away()) : Promise.resolve("it is whole")),
    recordCare: ({ kind, outcome, forgotten }) => {
      insert("harness_care", `${kind} ${outcome}`);
      for (const id of forgotten ?? []) mark(id, "forgotten");
    },
    tellRoom: (key) => insert("harness_said", withoutRun(key)),
  };
  return { backups: { ...taking(world, db), ...care } as Backups };
}

export function see(world: World, db: Db): Seen {
  const column = (sql: string): string[] => db.sqlite.prepare<[], string>(sql).pluck().all();
  const short = (text: string): string => nameOf.get(text.split(" ")[0] ?? "") ?? text;
  return {
    snapshots: [...world.snapshots].map(short).sort(),
    rows: column("select app || ' ' || state from harness_row order by 1").map(
      (row) => `${short(row)} ${row.split(" ")[1] ?? ""}`,
    ),
    care: column("select line from harness_care order by 1"),
    said: column("select key from harness_said order by 1"),
    self: world.selves > 0,
    pruned: world.pruned > 0,
  };
}

export const nothing: Seen = { snapshots: [], rows: [], care: [], said: [], self: false, pruned: false };

export const done = (world: Partial<Seen>): Expected => ({ status: "done", world: { ...nothing, ...world } });
export const injected = (world: Partial<Seen>): Expected => ({
  status: "failed",
  problem: "injected",
  world: { ...nothing, ...world },
});
export const cancelled = (...worlds: Partial<Seen>[]): Expected[] =>
  worlds.map((world) => ({ status: "cancelled", problem: "run-cancelled", world: { ...nothing, ...world } }));
