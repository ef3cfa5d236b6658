import { expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { openRecords } from "../../src/backups/records.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";

const app = AppDomain.parse("notes.example.coop");

test("a backup is written down once, ends once, and is found", async () => {
  const clock = new FakeClock();
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const records = openRecords({ db, clock, audit });
  const plan = {
    ...{ app, server: "local", stack: "notes", repository: "nightly", recipe: "notes", version: null },
    warnings: ["one"],
  } as never;
  const about = { cause: "asked" as const, askedBy: "ana" };
  const first = records.begin(plan, "bakor", about);
  await clock.turn(1000);
  expect(records.begin(plan, "bakor", about)).toEqual(first);
  expect(records.newestProven(app)).toBe(null);
  const snapshots = [{ id: "x", hostname: "one", kind: "volumes" as const, volumes: ["a"] }];
  const taken = { snapshots, files: 1, bytes: 2, addedBytes: 3, warnings: ["one", "two"] };
  records.end("bakor", { state: "proven", reason: null, ...taken });
  records.end("bakor", { state: "failed", reason: "too late" });
  records.end("nobod", { state: "failed", reason: "there is none" });
  expect(records.get("bakor")).toMatchObject({ state: "proven", reason: null, ...taken });
  expect(records.get("bakor")).not.toHaveProperty("doubts");
  expect(records.newestProven(app)?.id).toBe("bakor");
  await clock.turn(1000);
  records.begin(plan, "litan", { ...about, askedBy: null });
  records.end("litan", { state: "failed", reason: "It rained." });
  expect(records.list(app).map(({ id, state }) => [id, state])).toEqual([
    ["litan", "failed"],
    ["bakor", "proven"],
  ]);
  expect(records.newestProven(app)?.id).toBe("bakor");
  records.mark("bakor", "forgotten", null);
  expect(records.newestProven(app)).toBe(null);
  expect(() => records.get("nobod")).toThrow("No backup is called nobod");
  expect(audit.list({ subject: app }).map(({ who, what }) => [who, what])).toEqual([
    ["schedule", "app.backed-up"],
    ["ana", "app.backed-up"],
  ]);
  db.close();
});

test("what a backup is doubted for is kept beside its snapshots", () => {
  const db = openDb(":memory:");
  const records = openRecords({ db, clock: new FakeClock(), audit: openAudit(db, new FakeClock()) });
  const plan = {
    app,
    server: "local",
    stack: "notes",
    repository: "nightly",
    recipe: "notes",
    version: null,
  };
  records.begin({ ...plan, warnings: [] } as never, "bakor", { cause: "asked", askedBy: null });
  const snapshots = [
    { id: "x", hostname: "one", kind: "volumes" as const, volumes: ["a"], held: { a: 20 } },
    { id: "y", hostname: "two", kind: "volumes" as const, volumes: ["b"], held: { b: 0 } },
  ];
  const doubts = [{ kind: "gone" as const, words: "It has nothing of c", volumes: ["c"] }];
  const taken = { snapshots, files: 1, bytes: 2, addedBytes: 3, warnings: [] };
  records.end("bakor", { state: "doubtful", reason: "It has nothing of c.", doubts, ...taken });
  const found = records.get("bakor");
  expect(found.snapshots).toEqual(snapshots);
  expect(found.doubts).toEqual(doubts);
  db.close();
});
