/** An app that was taken off its server: it is not red for that, wherever it is told, and is drilled once. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { openCare } from "../../src/backups/care.ts";
import { openDrilling } from "../../src/backups/drilling.ts";
import { openRecords } from "../../src/backups/records.ts";
import { openTurns } from "../../src/backups/turns.ts";
import type { TakePlan } from "../../src/backups/types.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { openMetrics } from "../../src/house/metrics.ts";
import backupStatus from "../../commands/backup/status.ts";

const app = AppDomain.parse("notes.example.coop");
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
let db: Db;
beforeEach(() => void (db = openDb(":memory:")));
afterEach(() => db.close());

function house() {
  const clock = new FakeClock();
  const audit = openAudit(db, clock);
  const records = openRecords({ db, clock, audit });
  const row = { domain: app, server: "local" };
  const settings = { repository: "nightly", window: "01:00-05:00", drills: true };
  const rooms = {
    ...{ db, clock, audit, settings, servers: {}, people: {}, timeZone: "UTC", turns: openTurns() },
    ...{
      apps: { get: () => row, list: () => [row] },
      self: { dataDir: "/nowhere" },
      isBusy: () => false,
      post: undefined,
    },
  };
  const care = openCare(rooms as never);
  const policyOf = () => ({ mode: "running", repository: "nightly" });
  const drilling = openDrilling({ ...rooms, records, policyOf } as never);
  const said = (what: string, details = {}) => {
    db.tx(() => audit.append({ who: "ana", what, subject: app, details }));
  };
  const deployed = (outcome = "converged") => said("app.deployed", { outcome });
  const backedUp = async (run: string, state: "proven" | "doubtful" = "proven") => {
    await clock.turn(1000);
    const plan = {
      app,
      server: "local",
      stack: "notes",
      repository: "nightly",
      recipe: "notes",
      warnings: [],
    };
    records.begin({ ...plan, version: null } as unknown as TakePlan, run, { cause: "asked", askedBy: null });
    const taken = { files: 1, bytes: 1, addedBytes: 1, snapshots: [], warnings: [] };
    records.end(run, { state, reason: null, ...taken });
  };
  const look = () => {
    const { state, words } = care.freshness(app);
    expect(care.freshnessOfAll()).toMatchObject([{ state, words }]);
    return `${state}: ${words}`;
  };
  return { clock, care, drilling, said, deployed, backedUp, look };
}

test("an app that was undeployed is not red, and says when it was last backed up", async () => {
  const { clock, care, said, deployed, backedUp, look } = house();
  expect(look()).toBe("idle: nothing to back up yet");
  deployed();
  expect(look()).toBe("red: no proven backup");
  await backedUp("bakor");
  await clock.turn(3 * dayMs);
  expect(look()).toBe("red: no proven backup for 3 days");
  said("app.undeployed");
  expect(look()).toBe("idle: not deployed; last backed up 3 days ago");
  // The same words and numbers wherever it is told.
  const parts = { care, engine: {}, inbox: {}, outbox: {}, transport: null, clock };
  const red = openMetrics(parts as never).getSingleMetric("tandem_apps_without_fresh_backup");
  expect(await red?.get()).toMatchObject({ values: [{ value: 0 }] });
  const told = JSON.stringify(await backupStatus.run({ backups: care } as never));
  expect(told).toContain("Every app that should have a proven backup has a fresh one.");
  expect(told).toContain("– **notes.example.coop** · not deployed; last backed up 3 days ago");
  // One that did not come up again is not there either; one that did has to be backed up.
  deployed("restored");
  expect(look()).toMatch(/^idle: /);
  deployed();
  expect(look()).toBe("red: no proven backup for 3 days");
});

test("what was backed up since is back by whatever means, and counts", async () => {
  const { clock, said, deployed, backedUp, look } = house();
  deployed();
  said("app.undeployed");
  expect(look()).toBe("idle: not deployed; no proven backup");
  await backedUp("bakor", "doubtful");
  expect(look()).toBe("red: no proven backup");
  await backedUp("bebab");
  await clock.turn(2 * dayMs);
  expect(look()).toBe("red: no proven backup for 2 days");
});

test("its newest backup is tried out until a drill of it has passed, and not every month again", async () => {
  const { clock, drilling, said, deployed, backedUp } = house();
  const drilled = async (run: string, outcome: "passed" | "failed") => {
    await clock.turn(hourMs);
    drilling.beginDrill(run, app, "bakor");
    drilling.endDrill(run, { outcome, reason: null, proof: [] }, null);
  };
  deployed();
  await backedUp("bakor");
  said("app.undeployed");
  expect(drilling.drillsDue()).toEqual([{ app, backup: "bakor" }]);
  await drilled("bebab", "failed");
  expect(drilling.drillsDue()).toEqual([]);
  await clock.turn(31 * dayMs);
  expect(drilling.drillsDue()).toEqual([{ app, backup: "bakor" }]);
  await drilled("bebec", "passed");
  await clock.turn(31 * dayMs);
  expect(drilling.drillsDue()).toEqual([]);
  // Back on its server, it has its turn every month again.
  deployed();
  expect(drilling.drillsDue()).toEqual([{ app, backup: "bakor" }]);
});
