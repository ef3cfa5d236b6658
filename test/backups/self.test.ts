/** Tandem's own backup, as far as it needs no restic: what is gathered, and a copy that is looked at. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { gatherSelf, lookAtCopy } from "../../src/backups/self/gather.ts";
import { systemClock as clock } from "../../src/core/clock.ts";
import { openDb } from "../../src/db/index.ts";

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
