/** Tandem's own backup: what is gathered, a copy that is looked at, and where the repository's secrets lie meanwhile. */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { gatherSelf, lookAtCopy } from "../../src/backups/self/gather.ts";
import { withResticHere } from "../../src/backups/self/restic-here.ts";
import { openSelf } from "../../src/backups/self/take-self.ts";
import { openTurns } from "../../src/backups/turns.ts";
import type { Repository } from "../../src/backups/types.ts";
import { systemClock as clock } from "../../src/core/clock.ts";
import { openDb } from "../../src/db/index.ts";
import { quickKey } from "../real/backups/quick-key.ts";
import { haveProgram, restic } from "../real/debian-program.ts";

const root = mkdtempSync(path.join(tmpdir(), "tandem-self-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("a link that leads nowhere does not keep the rest from being gathered", async () => {
  mkdirSync(path.join(root, "keys"));
  writeFileSync(path.join(root, "keys/id"), "a key");
  symlinkSync("/nowhere/at/all", path.join(root, "keys/gone"));
  const db = openDb(path.join(root, "data/tandem.db"));
  const staging = path.join(root, "data/staging");
  const parts = { db, clock, settingsFile: undefined, root, dataDir: path.join(root, "data"), version: "1" };
  await gatherSelf({ ...parts, folders: ["keys"], identity: () => Promise.resolve(null) }, [], staging);
  db.close();
  expect([existsSync(path.join(staging, "keys/id")), existsSync(path.join(staging, "keys/gone"))]).toEqual([
    true,
    false,
  ]);
});

test("a copy of an older version is looked at as it is: bringing it up to date would change what is counted", () => {
  const file = path.join(root, "older.db");
  const older = openDb(file);
  // As if the last migration had not been there when it was taken.
  older.sqlite.exec("delete from __drizzle_migrations where id = (select max(id) from __drizzle_migrations)");
  const count = (): number =>
    older.sqlite.prepare<[], number>("select count(*) from __drizzle_migrations").pluck().get() ?? 0;
  const migrations = count();
  older.close();
  expect(lookAtCopy(file, clock).rows["__drizzle_migrations"]).toBe(migrations);
  expect(lookAtCopy(file, clock).rows["__drizzle_migrations"]).toBe(migrations);
});

const passwordFile = path.join(root, "password");
writeFileSync(passwordFile, "words of the repository\n");
const repository = {
  ...{ name: "own", location: path.join(root, "repository"), server: null, passwordFile },
  ...{ keyFile: null, hostKey: null, credentialsFile: null },
} as Repository;

/** A folder as a life leaves it that was killed while restic ran. */
function leftIn(dataDir: string): string {
  const folder = path.join(dataDir, "self-restic");
  mkdirSync(path.join(folder, "cache"), { recursive: true, mode: 0o755 });
  writeFileSync(path.join(folder, "key"), "a key of another repository");
  return folder;
}

test("the secrets of the repository lie in a folder for this account alone, in which nothing of before is left", async () => {
  const folder = leftIn(path.join(root, "our data"));
  await withResticHere(repository, folder, clock, () => {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).toSorted()).toEqual(["password", "repository"]);
    expect(statSync(path.join(folder, "password")).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(folder, "password"), "utf8")).toBe("words of the repository");
    return Promise.resolve();
  });
  expect(existsSync(folder)).toBe(false);
  leftIn(path.join(root, "our data"));
  const failing = withResticHere({ ...repository, passwordFile: "/nowhere" }, folder, clock, () =>
    Promise.resolve(),
  );
  await expect(failing).rejects.toMatchObject({ code: "repository-file-unreadable" });
  expect(existsSync(folder)).toBe(false);
});

const hasRestic = haveProgram(restic);

test.skipIf(!hasRestic || !existsSync("/usr/bin/ssh"))(
  "restic and ssh read names of files with a blank",
  async () => {
    const folder = path.join(root, "our data/self-restic");
    // With a name cut in two, ssh would look for another host, or restic not start it at all: nobody would come here.
    // What ssh says in the end is no proof: restic may end before it has read that.
    let visits = 0;
    const listener = createServer((visitor) => {
      visits++;
      visitor.destroy();
    });
    await new Promise<void>((listens) => listener.listen(0, "127.0.0.1", listens));
    const { port } = listener.address() as AddressInfo;
    const away = {
      location: `sftp://root@127.0.0.1:${port}//srv/backups`,
      keyFile: passwordFile,
      hostKey: `[127.0.0.1]:${port} x`,
    };
    const listing = withResticHere({ ...repository, ...away }, folder, clock, (here) =>
      here.run("list", ["snapshots"]),
    );
    await expect(listing).rejects.toMatchObject({ code: "repository-unreachable" });
    listener.close();
    expect(visits).toBeGreaterThan(0);
  },
);

test.skipIf(!hasRestic)("what a killed backup of Tandem itself has left is gone after the next", async () => {
  const dataDir = path.join(root, "own data");
  mkdirSync(dataDir);
  const words = ["-q", "--no-cache", "-r", repository.location, "--password-file", passwordFile];
  execFileSync(restic.file, [...words, "init"]);
  quickKey(repository.location, passwordFile);
  const db = openDb(path.join(dataDir, "tandem.db"));
  leftIn(dataDir);
  mkdirSync(path.join(dataDir, "self-backup"));
  const self = openSelf({
    ...{ db, clock, settingsFile: undefined, root, dataDir, folders: [], version: "1", turns: openTurns() },
    ...{
      identity: () => Promise.resolve(null),
      repository: "own",
      keep: { daily: 1, weekly: 0, monthly: 0 },
    },
    repositories: { list: () => [repository], get: () => repository },
  });
  const { snapshot } = await self.takeSelf("bakor", new AbortController().signal);
  db.close();
  expect(readdirSync(dataDir).filter((name) => name.startsWith("self-"))).toEqual([]);
  const listed = execFileSync(restic.file, [...words, "ls", snapshot], { encoding: "utf8" });
  expect(listed).toContain("/own data/tandem.db");
  expect(listed).not.toContain("self-restic");
});
