/** Repositories that are made known and looked at, and backups that are handed out: whatever fails, at every cut. */
import { expect, test } from "vitest";
import { backupUnknown } from "../../src/core/problems/backup-taking.ts";
import { repositoryUnknown } from "../../src/core/problems/backups.ts";
import type { Db } from "../../src/db/index.ts";
import type { Trades } from "../../src/workflow/index.ts";
import download from "../../workflows/download.ts";
import repositoryAdd from "../../workflows/repository-add.ts";
import repositoryChange from "../../workflows/repository-change.ts";
import repositoryLook from "../../workflows/repository-look.ts";
import repositoryRemove from "../../workflows/repository-remove.ts";
import { cancelled, done, failed, isCalm } from "./endings.ts";
import { crashEverywhere, lineOf, type Scenario } from "./harness.ts";

interface World {
  /** Locations at which there is a repository. */
  made: Set<string>;
  /** What an sftp server shows of itself. */
  hostKey: string | null;
  /** How many backups are in one that is to be taken out. */
  backups: number;
  /** Backups that are not where a repository is said to be now. */
  missing: string[];
}

interface Seen {
  made: string[];
  /** Repositories that are known, and who made them so, with which host key. */
  known: string[];
  /** Downloads that are allowed, and to whom. */
  allowed: string[];
}

const location = "/srv/backups";
const hostKey = "ssh-ed25519 AAAA";
const nothing: Seen = { made: [], known: [], allowed: [] };

function worldOf(db: Db, more: Partial<World> = {}): World {
  for (const table of ["harness_known", "harness_allowed"])
    db.sqlite.exec(`create table if not exists ${table} (line text primary key); delete from ${table}`);
  if (more.backups !== undefined) db.sqlite.exec("insert into harness_known values ('nightly')");
  return { made: new Set(), hostKey: null, backups: 0, missing: [], ...more };
}

function tradesOf(world: World, db: Db) {
  // Twice is a failure: a row of the same words is there already.
  const insert = (table: string, line: string) =>
    db.sqlite.prepare(`insert into ${table} values (?)`).run(line);
  const backups: Partial<Trades["backups"]> = {
    assertAddable: () => undefined,
    probeRepository: () =>
      Promise.resolve(
        world.hostKey === null ? null : { kind: "ED25519", fingerprint: "SHA256:x", line: world.hostKey },
      ),
    openRepository: (repository, _run, mayMake) => {
      const isNew = !world.made.has(repository.location);
      if (isNew && !mayMake) throw new Error("there is none");
      world.made.add(repository.location);
      return Promise.resolve({ isNew, snapshots: 0, locks: [], missing: world.missing });
    },
    addRepository: (who, repository) =>
      void insert("harness_known", `${repository.name} by ${who}, ${repository.hostKey ?? "no key"}`),
    assertChangeable: () => undefined,
    list: () => [],
    newestIn: () => "bakor",
    changeRepository: (_, { name, location: to }) =>
      void db.sqlite
        .prepare("update harness_known set line = ? where line = ?")
        .run(`${name} at ${to}`, name),
    repository: (name) => ({ name, location }) as never,
    beforeRemoving(name) {
      if (db.sqlite.prepare("select 1 from harness_known where line = ?").get(name) === undefined)
        throw repositoryUnknown({ repository: name, known: [] });
      const repository = { name, location, hostKey, server: null, passwordFile: "/p" } as never;
      return { repository, backups: world.backups, apps: [], onlyThere: [], hasSelf: false };
    },
    removeRepository: (_, name) => {
      // Twice is a failure: it is not known any more.
      backups.beforeRemoving?.(name);
      db.sqlite.prepare("delete from harness_known where line = ?").run(name);
    },
    get: (id) => {
      if (id !== "bakor") throw backupUnknown({ backup: id });
      return { app: "notes.example.coop", startedAt: "2026-11-25T03:10:00.000Z", bytes: 1_200_000 } as never;
    },
    chosen: () => ({}) as never,
    allowDownload: ({ backup }, { askedBy }) =>
      void insert("harness_allowed", `${backup} to ${askedBy ?? "nobody"}`),
  };
  return { backups };
}

function see(world: World, db: Db): Seen {
  const column = (table: string): string[] =>
    db.sqlite.prepare<[], string>(`select line from ${table} order by 1`).pluck().all();
  return {
    made: [...world.made],
    known: column("harness_known"),
    allowed: column("harness_allowed"),
  };
}

type Story = Pick<Scenario<World>, "name" | "workflow" | "input" | "expect"> & { more?: Partial<World> };

const wish = { name: "nightly", location, server: null, passwordFile: "/etc/tandem/password" };

function addStory(name: string, shown: string | null): Story {
  const made: Seen = { ...nothing, made: [location] };
  const known: Seen = { ...made, known: [`nightly by ana, ${shown ?? "no key"}`] };
  return {
    ...{ name, workflow: repositoryAdd, more: { hostKey: shown } },
    input: { ...wish, keyFile: shown === null ? null : "/etc/tandem/key", credentialsFile: null },
    expect(variant) {
      if (isCalm(variant)) return done(known);
      if (variant.kind === "declined") return failed(nothing, "approval-declined");
      // A repository that was made stays: it is empty, and who tries again finds it there.
      if (variant.kind !== "fails") return [...cancelled(nothing, made, known), done(known)];
      if (variant.step === "look") return failed(nothing);
      const isMade = variant.step === "write it down" || variant.when === "half-way";
      return failed(isMade ? made : nothing);
    },
  };
}

function removeStory(name: string, backups: number): Story {
  const there: Seen = { ...nothing, known: ["nightly"] };
  return {
    ...{ name, workflow: repositoryRemove, input: { name: "nightly" }, more: { backups } },
    expect(variant) {
      if (isCalm(variant)) return done(nothing);
      if (variant.kind === "declined") return failed(there, "approval-declined");
      if (variant.kind === "fails") return failed(there);
      return [...cancelled(there, nothing), done(nothing)];
    },
  };
}

function changeStory(name: string, missing: string[]): Story {
  const there: Seen = { ...nothing, made: [location], known: ["nightly"] };
  const changed: Seen = { ...there, known: [`nightly at ${location}`] };
  const files = { keyFile: null, credentialsFile: null };
  const calm = missing.length === 0 ? done(changed) : failed(there, "repository-is-another");
  return {
    ...{ name, workflow: repositoryChange, input: { ...wish, ...files } },
    more: { backups: 1, made: new Set([location]), missing },
    expect(variant) {
      if (isCalm(variant)) return calm;
      if (variant.kind === "declined") return failed(there, "approval-declined");
      if (variant.kind === "fails") return failed(there);
      return [...cancelled(there, changed), calm];
    },
  };
}

const stories: Story[] = [
  changeStory("a repository is elsewhere", []),
  changeStory("a repository is another one", ["bakor"]),
  removeStory("a repository is taken out", 3),
  removeStory("an empty repository is taken out", 0),
  addStory("a repository is made known", null),
  addStory("a repository behind ssh is made known", hostKey),
  {
    ...{ name: "a repository is looked at", workflow: repositoryLook, input: { name: "nightly" } },
    more: { made: new Set([location]) },
    expect(variant) {
      const there: Seen = { ...nothing, made: [location] };
      if (isCalm(variant)) return done(there);
      if (variant.kind === "fails") return failed(there);
      return [...cancelled(there), done(there)];
    },
  },
  {
    ...{ name: "a backup is handed out", workflow: download, input: { backup: "bakor" } },
    expect(variant) {
      const allowed: Seen = { ...nothing, allowed: ["bakor to ana"] };
      if (isCalm(variant)) return done(allowed);
      if (variant.kind === "declined") return failed(nothing, "approval-declined");
      if (variant.kind === "fails") return failed(nothing);
      return [...cancelled(nothing, allowed), done(allowed)];
    },
  },
];

test.for(stories)("$name: as promised, at every cut", async ({ more, ...story }) => {
  const world = (db: Db): World => ({
    ...worldOf(db, more),
    ...(more?.made && { made: new Set(more.made) }),
  });
  const report = await crashEverywhere({ ...story, world, trades: tradesOf, see });
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(5);
});
