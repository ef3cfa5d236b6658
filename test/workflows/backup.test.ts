/** What the room reads at the end of a backup that is doubtful: what would make it proven. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import backup from "../../workflows/backup.ts";
import takeBackup from "../../workflows/take-backup.ts";
import { app, tradesOf, worldOf } from "../crash/backups-world.ts";
import { tell } from "./telling.ts";

let db: Db;
beforeEach(() => void (db = openDb(":memory:")));
afterEach(() => db.close());

const less = [{ kind: "less", words: "It holds 1 kB, and the last proven one (bakor) held 40.0 MB" }];
const mend = `Mend what is named, and take another one: \`app backup ${app}\``;

test.each<[string, object, string]>([
  ["a drill can answer it", { doubts: less, isAnswerable: true }, "If it is right so: `backup drill "],
  ["no drill can", { doubts: less, isAnswerable: false }, mend],
  // By a version that did not hand it out: it is not judged here once more.
  ["it is not known", { doubts: less }, mend],
])("doubtful, and %s", async (_, about, words) => {
  const trades = tradesOf(worldOf(), db);
  const taken = { files: 1, bytes: 10, addedBytes: 10, snapshots: [], warnings: [] };
  const prove = () => ({ ...taken, state: "doubtful", reason: "It holds 1 kB.", ...about });
  const house = { db, clock: new FakeClock(), ...trades, backups: { ...trades.backups, prove } as never };
  const { text, problem } = await tell(house, backup, { app }, undefined, {
    others: { "take-backup": takeBackup },
  });
  expect(problem).toBeNull();
  expect(text).toContain(words);
});
