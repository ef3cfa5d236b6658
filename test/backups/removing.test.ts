/** A repository that is taken out of Tandem, added again, or found elsewhere: what becomes of its backups. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { openPolicy } from "../../src/backups/policy.ts";
import { openRecords } from "../../src/backups/records.ts";
import { openRemoving } from "../../src/backups/removing.ts";
import { openRepositories } from "../../src/backups/repositories.ts";
import { openRepositoryCare } from "../../src/backups/repository-care.ts";
import { chosen } from "../../src/backups/restoring.ts";
import { openTurns } from "../../src/backups/turns.ts";
import type { BackupEnd } from "../../src/backups/types.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { openDb, schema, type Db } from "../../src/db/index.ts";
import repositoryAdd from "../../workflows/repository-add.ts";
import repositoryChange from "../../workflows/repository-change.ts";
import repositoryRemove from "../../workflows/repository-remove.ts";
import { expectGolden } from "../golden.ts";
import { tell } from "../workflows/telling.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-removing-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const passwordFile = path.join(folder, "password");
writeFileSync(passwordFile, "words");

const [notes, wiki, cloud] = ["notes", "wiki", "cloud"].map((name) =>
  AppDomain.parse(`${name}.example.coop`),
) as [AppDomain, AppDomain, AppDomain];
const signal = (code: string) => expect.objectContaining({ code }) as Problem;

let db: Db;
beforeEach(() => {
  db = openDb(":memory:");
});
afterEach(() => db.close());

interface More {
  settings?: { repository?: string; selfRepository?: string };
  busy?: AppDomain[];
  /** Ids of the snapshots that restic lists. */
  inside?: string[];
}

function house({ settings = {}, busy = [], inside = [] }: More = {}) {
  const clock = new FakeClock();
  const audit = openAudit(db, clock);
  const records = openRecords({ db, clock, audit });
  const repositories = openRepositories({ db, clock, audit });
  // Wiki is no app any more; its policy is still written down, as that of all that were removed.
  const apps = { list: () => [{ domain: notes }, { domain: cloud }] };
  const isBusy = (app: AppDomain): boolean => busy.includes(app);
  const removing = openRemoving({ db, clock, apps, records, repositories, settings, isBusy });
  const exec = () =>
    Promise.resolve({
      exitCode: 0,
      stdout: JSON.stringify(inside.map((id) => ({ id, time: "" }))),
      stderr: "",
    });
  const swarm = {
    nodes: () => Promise.resolve([{ id: "n1", isAsked: true }]),
    dropHelpers: () => Promise.resolve(0),
    helper: () => Promise.resolve({ id: "h", node: "n1", exec, close: () => Promise.resolve() }),
  };
  const shown = { kind: "ED25519", fingerprint: "SHA256:x", known: "ssh-ed25519 AAAA" };
  const probe = () => Promise.resolve(shown);
  const servers = { list: () => [], get: () => undefined, swarmOf: () => swarm, probe };
  const helping = { servers, turns: openTurns(), clock, image: "restic" };
  const care = openRepositoryCare({ db, records, repositories, servers, helping } as never);
  const add = (name: string): void => {
    const files = { passwordFile, keyFile: null, hostKey: null, credentialsFile: null };
    repositories.put("ana", { name, location: `/srv/${name}`, server: null, ...files });
  };
  const take = (id: string, app: AppDomain, repository: string, end?: Partial<BackupEnd>): void => {
    const plan = { app, server: "local", stack: "x", repository, recipe: "notes", version: null };
    records.begin({ ...plan, warnings: [] } as never, id, { cause: "schedule", askedBy: null });
    const snapshots = [{ id: `snap-${id}`, hostname: "one", kind: "volumes" as const, volumes: ["a"] }];
    const taken = { snapshots, files: 1, bytes: 2, addedBytes: 3, warnings: [] };
    if (end !== undefined) records.end(id, { state: "proven", reason: null, ...taken, ...end } as BackupEnd);
  };
  const lead = (app: AppDomain, repository: string): void =>
    void db.orm.insert(schema.backupPolicy).values({ app, repository }).run();
  const story = { db, clock, apps: apps as never, backups: { ...records, ...care, ...removing } as never };
  return { audit, records, repositories, removing, care, add, take, lead, story };
}

test("one to which a policy or the settings lead stays, and it is said how they lead elsewhere", () => {
  const { add, lead, removing } = house({ settings: { repository: "nightly" } });
  add("nightly");
  add("away");
  expect(() => removing.beforeRemoving("nightly")).toThrow(signal("repository-in-use"));
  const self = house({ settings: { repository: "nightly", selfRepository: "away" } }).removing;
  expect(() => self.beforeRemoving("away")).toThrow("the settings name it as `backups.selfRepository`");
  expect(removing.beforeRemoving("away")).toMatchObject({ backups: 0, apps: [], onlyThere: [] });
  lead(notes, "away");
  lead(wiki, "away");
  try {
    removing.removeRepository("ana", "away");
    expect.unreachable();
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    expect(thrown.text.happened).toBe(
      "The repository away is in use: the policy of notes.example.coop leads there.",
    );
    expect(thrown.text.remedy).toContain("`backup policy notes.example.coop --repository <name>`");
  }
  expect(() => removing.beforeRemoving("nowhere")).toThrow(signal("repository-unknown"));
});

test("one in which a run may be at work stays", () => {
  const { add, take, removing } = house({ busy: [notes] });
  add("nightly");
  take("bakor", notes, "nightly", {});
  expect(() => removing.beforeRemoving("nightly")).toThrow(signal("repository-busy"));
  add("away");
  take("litan", cloud, "away");
  expect(() => removing.beforeRemoving("away")).toThrow("A run works on cloud.example.coop");
});

test("its backups count no more and stay in the history; added again under any name, they count as before", async () => {
  const { audit, records, repositories, removing, care, add, take, lead } = house({
    inside: ["snap-bakor", "snap-litan"],
  });
  add("nightly");
  add("away");
  lead(wiki, "nightly");
  take("bakor", notes, "nightly", {});
  take("litan", notes, "nightly", { state: "doubtful", reason: "It is small." });
  take("sobin", wiki, "nightly", {});
  take("gamul", cloud, "nightly", {});
  take("pirot", cloud, "away", {});
  take("tefal", notes, "nightly", { state: "failed", reason: "It rained." });
  expect(removing.beforeRemoving("nightly")).toMatchObject({
    ...{ backups: 4, apps: [cloud, notes, wiki], onlyThere: [notes, wiki], hasSelf: false },
  });
  removing.removeRepository("ana", "nightly");
  const states = () => records.list().map(({ id, state }) => `${id} ${state}`);
  expect(states().sort()).toEqual([
    ...["bakor away", "gamul away", "litan away", "pirot proven", "sobin away", "tefal failed"],
  ]);
  expect(records.newestProven(notes)).toBeNull();
  expect(records.newestProven(cloud)?.id).toBe("pirot");
  expect(records.get("bakor").reason).toBe(
    "The repository nightly, in which it lies, was taken out of Tandem on 2026-10-01.",
  );
  expect(() => chosen({ records }, notes)).toThrow(signal("backup-none"));
  expect(() => chosen({ records }, notes, "bakor")).toThrow(signal("backup-not-restorable"));
  expect(openPolicy({ db, settings: {} as never }).policyOf(wiki).repository).toBeNull();
  expect(repositories.find("nightly")).toBeUndefined();
  expect(audit.list({ subject: "nightly" })[0]).toMatchObject({
    ...{ who: "ana", what: "backup.repository-removed" },
    details: { location: "/srv/nightly", passwordFile },
  });

  const files = { passwordFile, keyFile: null, hostKey: null, credentialsFile: null };
  const again = { name: "nightly-2", location: "/mnt/nightly", server: null, ...files };
  const { known } = await care.openRepository(again, "bakor", true);
  expect(known?.sort()).toEqual(["bakor", "litan"]);
  care.addRepository("ana", again, known);
  expect(records.get("bakor")).toMatchObject({ state: "proven", reason: null, repository: "nightly-2" });
  expect(records.get("litan")).toMatchObject({ state: "doubtful", reason: "It is small." });
  expect(records.get("sobin")).toMatchObject({ state: "away", repository: "nightly" });
  expect(chosen({ records }, notes).id).toBe("bakor");
});

test("it is asked and answered in the words of the golden file", async () => {
  const { add, take, story, repositories } = house({ inside: ["snap-bakor", "snap-litan"] });
  add("empty");
  add("nightly");
  take("bakor", notes, "nightly", {});
  take("litan", cloud, "nightly", {});
  take("pirot", cloud, "other", {});
  const care = { repository: "nightly", kind: "self" as const, run: "x", outcome: "ok" as const };
  db.orm
    .insert(schema.repositoryCare)
    .values({ ...care, words: "", at: "" })
    .run();
  const told = [
    await tell(story, repositoryRemove, { name: "empty" }),
    await tell(story, repositoryRemove, { name: "nightly" }, () => false),
    await tell(story, repositoryRemove, { name: "nightly" }),
    await tell(story, repositoryAdd, {
      ...{ name: "nightly", location: "/srv/nightly", server: null },
      ...{ passwordFile, keyFile: null, credentialsFile: null },
    }),
  ];
  expect(told.map(({ asked }) => asked[0]?.weight)).toEqual(["ordinary", "grave", "grave", "ordinary"]);
  expect(told.map(({ status }) => status)).toEqual(["done", "failed", "done", "done"]);
  expect(repositories.list().map(({ name }) => name)).toEqual(["nightly"]);
  const text = told.map((one) => one.text).join("\n---\n\n");
  expectGolden("messages/repositories.txt", text.replaceAll(passwordFile, "/etc/tandem/restic-password"));
});

test("a policy that leads there since the question is seen in time", async () => {
  const { add, lead, story, repositories } = house();
  add("nightly");
  const told = await tell(story, repositoryRemove, { name: "nightly" }, () => {
    lead(notes, "nightly");
    return true;
  });
  expect([told.status, told.problem?.code]).toEqual(["failed", "repository-in-use"]);
  expect(repositories.find("nightly")).toBeDefined();
});

const moved = {
  ...{ name: "nightly", location: "/mnt/nightly", server: null, passwordFile },
  ...{ keyFile: null, credentialsFile: null },
};

test("one that is elsewhere now has to be the same one", async () => {
  const { add, take, story, repositories, audit } = house({ inside: ["snap-bakor", "snap-litan"] });
  add("nightly");
  take("bakor", notes, "nightly", {});
  take("litan", cloud, "nightly", { state: "doubtful", reason: "It is small." });
  // What is in another one does not count, nor what has failed.
  take("pirot", notes, "away", {});
  take("tefal", notes, "nightly", { state: "failed", reason: "It rained." });
  const far = { ...moved, location: "sftp:backup@new.example.coop:/srv", keyFile: passwordFile };
  const told = [
    await tell(story, repositoryChange, moved),
    await tell(story, repositoryChange, moved),
    await tell(story, repositoryChange, far),
    await tell(story, repositoryChange, far),
  ];
  expect(told.map(({ problem }) => problem)).toEqual([null, null, null, null]);
  expect(told.map(({ asked }) => asked[0]?.weight)).toEqual(["ordinary", "ordinary", "grave", "ordinary"]);
  expect(repositories.get("nightly")).toMatchObject({
    ...{ location: far.location, addedBy: "ana" },
    hostKey: "new.example.coop ssh-ed25519 AAAA",
  });
  expect(audit.list({ subject: "nightly" }).map(({ what }) => what)).toContain("backup.repository-changed");
  take("sobin", wiki, "nightly", {});
  const another = await tell(story, repositoryChange, moved);
  expect(another.problem?.code).toBe("repository-is-another");
  expect(another.problem?.happened).toContain("a backup that Tandem knows is missing there (sobin)");
  expect(repositories.get("nightly").location).toBe(far.location);
  add("empty");
  const unknown = await tell(story, repositoryChange, { ...moved, name: "empty" });
  const text = [...told.slice(1, 3), another, unknown].map((one) => one.text).join("\n---\n\n");
  expectGolden(
    "messages/repository-change.txt",
    text.replaceAll(passwordFile, "/etc/tandem/restic-password"),
  );
});

test("a backup that goes to the old place meanwhile keeps it there", async () => {
  const { add, take, story, repositories, care } = house({ inside: ["snap-bakor"] });
  add("nightly");
  take("bakor", notes, "nightly", {});
  const slow: typeof care.openRepository = async (...wish) => {
    const seen = await care.openRepository(...wish);
    take("litan", notes, "nightly", {});
    return seen;
  };
  const late = { ...story, backups: { ...(story.backups as object), openRepository: slow } as never };
  expect((await tell(late, repositoryChange, moved)).problem?.code).toBe("repository-busy");
  take("sobin", notes, "nightly");
  expect((await tell(story, repositoryChange, moved)).problem?.code).toBe("repository-busy");
  expect(repositories.get("nightly").location).toBe("/srv/nightly");
});
