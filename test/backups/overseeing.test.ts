/** What nobody would see otherwise: Tandem's own backup, forgetting, checks, and a night that does not end. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { openCare } from "../../src/backups/index.ts";
import { openRecords } from "../../src/backups/records.ts";
import { openRepositories } from "../../src/backups/repositories.ts";
import { openTurns } from "../../src/backups/turns.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { openDb, type Db } from "../../src/db/index.ts";

const hourMs = 3_600_000;
let db: Db;
let clock: FakeClock;
let night: number | null;
let said: string[];
beforeEach(() => {
  db = openDb(":memory:");
  clock = new FakeClock();
  night = null;
  said = [];
});
afterEach(() => db.close());

function house(settings: object, more: object = {}) {
  const audit = openAudit(db, clock);
  const post = (room: string) => (_key: string, message: { mentions?: string[] }) =>
    void said.push(`${room}: ${message.mentions?.join() ?? "quiet"}`);
  const care = openCare({
    ...{ db, clock, audit, settings, servers: {}, timeZone: "UTC", turns: openTurns(), isBusy: () => false },
    ...{ apps: { list: () => [] }, self: { dataDir: "/nowhere" }, nightSince: () => night },
    people: { withRole: (role: string) => [{ matrixIds: [`@${role}:a.coop`] }] },
    ...{ post: post("room"), postToOperators: post("operators") },
    ...more,
  } as never);
  const repositories = openRepositories({ db, clock, audit });
  const add = (name: string, server: string | null = null): void => {
    const files = { passwordFile: "/p", keyFile: null, hostKey: null, credentialsFile: null };
    repositories.put("ana", { name, location: "/srv", server: server as never, ...files });
  };
  const did = (kind: "self" | "forget" | "check", outcome: "ok" | "failed" = "ok"): void =>
    care.recordCare({ repository: "away", kind, run: "bakor", outcome, words: "It rained." });
  const states = (): string[] => care.careStates().map(({ state, words }) => `${state}: ${words}`);
  return { care, add, did, states, records: openRecords({ db, clock, audit }) };
}

test("Tandem itself without a place is red and says why, unless nobody has begun with backups", () => {
  const none = house({});
  expect([none.care.selfDue(), none.states()]).toEqual([false, []]);
  const unknown = house({ repository: "away" });
  expect(unknown.states()).toEqual(["red: **Tandem itself** · not backed up: No repository is called away."]);
  unknown.add("away", "swarm-2");
  expect(unknown.states()[0]).toContain("away is a folder of swarm-2, which Tandem itself cannot reach");
  expect(house({}).states()[0]).toContain("No repository is named for the backups of Tandem itself.");
});

test("each piece of care is red when it is too old or its last try failed, and new before its time", async () => {
  const { add, did, states } = house({ repository: "away" });
  add("away");
  expect(states()).toEqual([
    "new: **Tandem itself** · no backup yet, into away",
    "new: **What is too old in away** · not forgotten yet",
    "new: **The data of away** · no check yet",
  ]);
  await clock.turn(27 * hourMs);
  expect(states().map((one) => one.split(":")[0])).toEqual(["red", "new", "new"]);
  for (const kind of ["self", "forget", "check"] as const) did(kind);
  await clock.turn(5 * hourMs);
  did("check", "failed");
  expect(states()).toEqual([
    "fine: **Tandem itself** · backed up 5 hours ago, into away",
    "fine: **What is too old in away** · forgotten 5 hours ago",
    "red: **The data of away** · checked 5 hours ago; the last try failed: It rained.",
  ]);
  did("check");
  await clock.turn(27 * hourMs);
  expect(states().map((one) => one.split(":")[0])).toEqual(["red", "fine", "fine"]);
  await clock.turn(7 * 24 * hourMs);
  expect(states()[2]).toBe("red: **The data of away** · last checked 8 days ago");
});

test("a night that goes on is told of when something failed, or one backup is under way for an hour", async () => {
  const { care, records } = house({ repository: "away" });
  const begin = (app: string, run: string): void => {
    const plan = { app, server: "local", stack: "x", repository: "away", recipe: "notes", version: null };
    records.begin({ ...plan, warnings: [] } as never, run, { cause: "schedule", askedBy: null });
  };
  begin("old.coop", "lekab");
  records.end("lekab", { state: "failed", reason: "of another night" });
  await clock.turn(hourMs);
  expect(care.lateNight()).toBe(null);
  night = clock.now();
  begin("a.coop", "bakor");
  await clock.turn(hourMs - 1);
  expect(care.lateNight()).toBe(null);
  await clock.turn(1);
  expect(care.lateNight()).toMatchObject({
    ...{ failed: [], underWay: [{ app: "a.coop", run: "bakor", age: "1 hour" }] },
  });
  records.end("bakor", { state: "failed", reason: "It rained." });
  expect(care.lateNight()).toEqual({ failed: [{ app: "a.coop", reason: "It rained." }], underWay: [] });
});

test("without a room for backups what rings is said to the operators, and nothing else is", () => {
  house({}).care.tellRoom("a", { blocks: [] }, { rings: true });
  const roomless = house({}, { post: undefined }).care;
  roomless.tellRoom("b", { blocks: [] }, { rings: true });
  roomless.tellRoom("c", { blocks: [] });
  expect(said).toEqual(["room: @maintainer:a.coop", "operators: @operator:a.coop"]);
});
