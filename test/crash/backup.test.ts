/**
 * A backup, whatever fails, wherever the power goes: when it is done the row says so and every snapshot is there; when
 * it is not, nothing of it is in the repository. In any case the app runs, the hooks after it have run, and no helper is
 * left.
 */
import { expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import type { Backup, TakePlan, Taken } from "../../src/backups/index.ts";
import { openRecords } from "../../src/backups/records.ts";
import { together } from "../../src/backups/saving.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { hookWithoutContainer } from "../../src/core/problems/backup-taking.ts";
import { AppDomain } from "../../src/core/terms.ts";
import type { Db } from "../../src/db/index.ts";
import backup from "../../workflows/backup.ts";
import takeBackup from "../../workflows/take-backup.ts";
import {
  crashEverywhere,
  lineOf,
  patienceMs,
  type Expected,
  type Scenario,
  type Variant,
} from "./harness.ts";

const app = AppDomain.parse("notes.example.coop");

interface World {
  mode: TakePlan["mode"];
  runs: boolean;
  /** What the hooks before have prepared and those after tidy up, such as a maintenance page. */
  isPrepared: boolean;
  helpers: number;
  /** Part and the time of its backup, as in a repository: `dump 2026-…`. */
  snapshots: Set<string>;
  /** An earlier backup's snapshot, which nothing may touch. */
  earlier: string;
}

interface Seen {
  runs: boolean;
  isPrepared: boolean;
  helpers: number;
  snapshots: string[];
  rows: [Backup["state"], number, boolean][];
  audit: string[];
}

const planOf = (mode: TakePlan["mode"]): TakePlan =>
  ({
    ...{ app, server: "local", stack: "notes", recipe: "notes", version: null, repository: "nightly", mode },
    ...{ nodes: [], containerPaths: [], images: [], warnings: [], restorePreHooks: [], restorePostHooks: [] },
    preHooks: [{ service: "app", command: "prepare" }],
    postHooks: [{ service: "app", command: "tidy" }],
    before: mode === "stopped" ? { services: {} } : null,
    dumps: mode === "stopped" ? [] : [{ service: "db", kind: "postgres", replaces: [] }],
  }) as never;

const parts = { running: ["dump", "volumes"], stopped: ["secrets", "volumes"] };

function tradesOf(world: World, db: Db) {
  const clock = new FakeClock();
  const records = openRecords({ db, clock, audit: openAudit(db, clock) });
  const save = (part: string, run: string): Taken => {
    world.helpers = 0;
    world.helpers++;
    world.snapshots.add(`${part} ${records.get(run).startedAt}`);
    world.helpers--;
    const snapshot = { id: part, hostname: "one", kind: part as "dump", volumes: [] };
    return { snapshots: [snapshot], files: 1, bytes: 1, addedBytes: 1, warnings: [], doubts: [] };
  };
  const needsApp = (): void => {
    if (!world.runs) throw hookWithoutContainer({ app, service: "app", hook: "post-hook" });
  };
  return {
    backups: {
      ...records,
      planTake: () => Promise.resolve(planOf(world.mode)),
      preHooks: () => void (world.isPrepared = true),
      postHooks() {
        needsApp();
        world.isPrepared = false;
      },
      takeRunning(_: TakePlan, run: string) {
        needsApp();
        return save(world.mode === "stopped" ? "secrets" : "dump", run);
      },
      takeVolumes(_: TakePlan, run: string) {
        if (world.mode === "stopped" && world.runs) throw new Error("it was read while it ran");
        return save("volumes", run);
      },
      untake(_: TakePlan, run: string) {
        world.helpers = 0;
        const at = records.find(run)?.startedAt;
        for (const one of world.snapshots) if (one.endsWith(` ${at ?? "never"}`)) world.snapshots.delete(one);
      },
      stop: () => void (world.runs = false),
      startAgain: () => void (world.runs = true),
      prove(_plan: TakePlan, _run: string, parts: readonly Taken[]) {
        return { ...together(parts), state: "proven", reason: null };
      },
    },
  };
}

function see(world: World, db: Db): Seen {
  const clock = new FakeClock();
  const audit = openAudit(db, clock);
  return {
    ...{ runs: world.runs, isPrepared: world.isPrepared, helpers: world.helpers },
    snapshots: [...world.snapshots]
      .map((one) => (one === world.earlier ? "earlier" : (one.split(" ")[0] ?? "")))
      .sort(),
    rows: openRecords({ db, clock, audit })
      .list()
      .map(({ state, snapshots, endedAt }) => [state, snapshots.length, endedAt !== null]),
    audit: audit.list({ subject: app }).map(({ details }) => (details as { state: string }).state),
  };
}

const calm = { runs: true, isPrepared: false, helpers: 0 };
const untouched: Seen = { ...calm, snapshots: ["earlier"], rows: [], audit: [] };
const failed: Seen = { ...untouched, rows: [["failed", 0, true]], audit: ["failed"] };

function scenario(mode: TakePlan["mode"], isWrapped: boolean): Scenario<World> {
  const taken: Seen = {
    ...calm,
    ...{ snapshots: ["earlier", ...parts[mode]].sort(), rows: [["proven", 2, true]], audit: ["proven"] },
  };
  const done: Expected = { status: "done", world: taken };
  return {
    name: isWrapped ? "backup" : `take-backup ${mode}`,
    workflow: isWrapped ? backup : takeBackup,
    ...(isWrapped && { others: { "take-backup": takeBackup }, thin: 3 }),
    input: { app, cause: "asked" },
    world: (db) => {
      db.sqlite.exec("delete from backup");
      const earlier = "volumes 2026-09-30T03:00:00.000Z";
      return { ...calm, mode, earlier, snapshots: new Set([earlier]) };
    },
    trades: tradesOf,
    see,
    expect: (variant) => expected(variant, done),
  };
}

function expected(variant: Variant, done: Expected): Expected | Expected[] {
  if (variant.kind === "calm" || variant.kind === "stumbles") return done;
  if (variant.kind === "fails") {
    const problem = "injected";
    if (variant.step === "plan") return { status: "failed", problem, world: untouched };
    const isNot = variant.step === "begin" && variant.when === "before";
    return { status: "undone", problem, world: isNot ? untouched : failed };
  }
  const problem = variant.kind === "cancelled" ? "run-cancelled" : "none";
  return [
    { status: "cancelled", problem, world: untouched },
    { status: "cancelled", problem, world: failed },
    // Of a story within a story: it had been taken before the cancel came.
    { status: "cancelled", problem, world: done.world },
    done,
  ];
}

test.for([
  ["running", false],
  ["stopped", false],
  ["running", true],
] as const)(
  "a backup (%s, wrapped: %s) survives a power cut at every point",
  { timeout: patienceMs },
  async ([mode, isWrapped]) => {
    const report = await crashEverywhere(scenario(mode, isWrapped));
    console.log(lineOf(report));
    expect(report.violations).toEqual([]);
    expect(report.cuts).toBeGreaterThan(50);
  },
);
