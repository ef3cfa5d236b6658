/** Drills as they are written down: what an app's page and the morning's turns make of one that was cancelled. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { assertWhole, openDrilling } from "../../src/backups/drilling.ts";
import { openRecords } from "../../src/backups/records.ts";
import type { DrillEnd } from "../../src/backups/restoring-types.ts";
import type { Doubt } from "../../src/backups/types.ts";
import type { Message } from "../../src/chat/message.ts";
import { render } from "../../src/chat/render.ts";
import { FakeClock } from "../../src/core/clock.ts";
import type { Problem } from "../../src/core/problem.ts";
import { restoreHookFailed, restoreWouldBeEmpty } from "../../src/core/problems/restoring.ts";
import { serverNotReached } from "../../src/core/problems/servers.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { openEngine, type AnyWorkflow, type Trades } from "../../src/workflow/index.ts";
import drill from "../../workflows/drill.ts";
import drillMonthly from "../../workflows/drill-monthly.ts";
import drillTrial from "../../workflows/drill-trial.ts";

const app = AppDomain.parse("notes.example.coop");
const failed: DrillEnd = { outcome: "failed", reason: "The dump of db is empty.", proof: [] };
const cancelled: DrillEnd = { outcome: "cancelled", reason: "ana cancelled the run: it is noon.", proof: [] };
let db: Db;
beforeEach(() => void (db = openDb(":memory:")));
afterEach(() => db.close());

function house() {
  const clock = new FakeClock();
  const audit = openAudit(db, clock);
  const records = {
    find: () => undefined,
    list: () => [{ state: "proven" }],
    newestProven: () => ({ id: "bakor" }),
  };
  const drilling = openDrilling({
    ...{ db, clock, audit, records, settings: { drills: true } },
    apps: { list: () => [{ domain: app }] },
    policyOf: () => ({ mode: "running", repository: "nightly" }),
  } as never);
  const wentOn = async (run: string, end: DrillEnd): Promise<void> => {
    drilling.beginDrill(run, app, "bakor");
    await clock.turn(1000);
    drilling.endDrill(run, end, "ana");
  };
  return { clock, audit, drilling, wentOn };
}

test("a cancelled drill says nothing of the backup: what was found before it stays, and its turn comes again", async () => {
  const { drilling, wentOn } = house();
  expect(drilling.drillsDue()).toEqual([{ app, backup: "bakor" }]);
  await wentOn("bebab", cancelled);
  expect(drilling.drills(app)).toMatchObject([{ outcome: "cancelled", reason: cancelled.reason }]);
  expect(drilling.drillWords({ app })).toEqual([
    "Its restore was never tried out.",
    expect.stringMatching(/^The one that was begun on .* \(run bebab\) was cancelled: ana cancelled the run/),
  ]);
  expect(drilling.drillsDue()).toEqual([{ app, backup: "bakor" }]);
  await wentOn("bebec", { outcome: "passed", reason: null, proof: ["3 files came back."] });
  expect(drilling.drillsDue()).toEqual([]);
  await wentOn("bebed", cancelled);
  const words = drilling.drillWords({ app });
  expect(words[0]).toMatch(/\(run bebec\) and works\.$/);
  expect(words.slice(1)).toEqual([
    "3 files came back.",
    expect.stringContaining("(run bebed) was cancelled"),
  ]);
  expect(words.join()).not.toContain("did not work");
  await wentOn("bebef", failed);
  expect(drilling.drillWords({ app })).toEqual([expect.stringContaining("did not work: The dump of db")]);
});

/** Tells the month's drills, of which the run of `whose` is cancelled while it goes on. */
async function month(whose: "drill" | "trial" | "none", met?: Problem, clearDrill = () => undefined) {
  const { clock, audit, drilling } = house();
  const told: { text: string; rings: boolean }[] = [];
  const plan = { data: { app, first: [] } };
  const backups = {
    ...drilling,
    chosen: () => ({ id: "bakor", startedAt: "2026-11-25T03:10:00.000Z" }),
    planDrill: () => plan,
    clearDrill,
    async fillRevived(_: unknown, run: string, { signal }: { signal: AbortSignal }) {
      if (met !== undefined) throw met;
      const drillRun = drilling.drills(app)[0]?.id ?? "";
      setImmediate(() => engine.cancel(whose === "drill" ? drillRun : run, "ana", "it is noon"));
      await new Promise((_, stopped) =>
        signal.addEventListener("abort", () => stopped(new Error("stopped"))),
      );
    },
    tellRoom: (_: string, message: Message, { rings = false } = {}) =>
      void told.push({ text: render(message).body, rings }),
  };
  const engine = openEngine({ db, clock, trades: { backups } as unknown as Trades });
  const stories: Record<string, AnyWorkflow> = {
    drill,
    "drill-trial": drillTrial,
    "drill-monthly": drillMonthly,
  };
  for (const [name, story] of Object.entries(stories)) engine.register(name, story);
  const { runId } = engine.start("drill-monthly", {}, { askedBy: null, place: null });
  const { status } = await engine.result(runId);
  const [row] = drilling.drills(app);
  const ended = engine.show(row?.id ?? "");
  await engine.stop();
  const noted = audit.list({ subject: app }).map(({ details }) => (details as DrillEnd).outcome);
  const run = { status: ended?.status, code: ended?.problem?.code };
  return { status, told, row, noted, run, words: drilling.drillWords({ app }), due: drilling.drillsDue() };
}

test.for([
  ["drill", { status: "cancelled", code: "run-cancelled" }],
  ["trial", { status: "failed", code: "drill-cancelled" }],
] as const)("a %s that somebody cancels is told in the morning without a bell", async ([whose, run]) => {
  const went = await month(whose);
  expect(went).toMatchObject({ status: "done", run, row: { outcome: "cancelled" }, noted: ["cancelled"] });
  expect(went.row?.reason).toMatch(/cancelled/);
  expect(went.told).toEqual([{ text: expect.stringContaining("was cancelled") as string, rings: false }]);
  expect(went.told[0]?.text).not.toContain("did not work");
});

test("one that does not work rings", async () => {
  const hook = restoreHookFailed({ service: "db", hook: "restore hook", exitCode: 3, lastLines: [] });
  const went = await month("none", hook);
  expect(went).toMatchObject({
    run: { code: "drill-failed" },
    row: { outcome: "failed" },
    noted: ["failed"],
  });
  expect(went.told).toEqual([{ text: expect.stringContaining("did not work") as string, rings: true }]);
});

test("one that would bring an empty app up has failed, with words of its own", async () => {
  const reason = "A restore does not read db/x.sql into the database.";
  const went = await month("none", restoreWouldBeEmpty({ app, backup: "bakor", reason }));
  expect(went).toMatchObject({
    run: { code: "restore-would-be-empty" },
    row: { outcome: "failed" },
    noted: ["failed"],
  });
  expect(went.told).toEqual([{ text: expect.stringContaining(reason) as string, rings: true }]);
  expect(went.words).toEqual([expect.stringContaining(`did not work: A restore of ${app}`)]);
});

test("one that a server was in the way of rings, and shows nothing of the backup", async () => {
  const away = serverNotReached({ server: "ada", reason: "timed out" });
  const went = await month("none", away);
  expect(went).toMatchObject({
    run: { code: "drill-undecided" },
    row: { outcome: "undecided" },
    noted: ["undecided"],
  });
  expect(went.told).toEqual([
    { text: expect.stringContaining("neither that this backup works") as string, rings: true },
  ]);
  expect(went.words).toEqual([
    "Its restore was never tried out.",
    expect.stringMatching(/could not be carried out: The server ada is not reached/),
  ]);
  expect(went.due).toEqual([{ app, backup: "bakor" }]);
});

test.for([
  ["undecided", serverNotReached({ server: "ada", reason: "timed out" })],
  ["failed", restoreHookFailed({ service: "db", hook: "restore hook", exitCode: 3, lastLines: [] })],
] as const)("%s, whatever is met when it is taken away", async ([outcome, met]) => {
  const away = (): undefined => {
    throw serverNotReached({ server: "ada", reason: "timed out" });
  };
  expect((await month("none", met, away)).noted).toEqual([outcome]);
});

/** A backup with these doubts, and a drill of it that passes. */
async function drilled(doubts: Doubt[] | undefined, reason: string) {
  const clock = new FakeClock();
  const audit = openAudit(db, clock);
  const records = openRecords({ db, clock, audit });
  const plan = {
    app,
    server: "local",
    stack: "notes",
    repository: "nightly",
    recipe: "notes",
    version: null,
  };
  records.begin({ ...plan, warnings: [] } as never, "bakor", { cause: "asked", askedBy: null });
  const snapshots = [{ id: "x", hostname: "one", kind: "volumes" as const, volumes: ["a"] }];
  const taken = { snapshots, files: 1, bytes: 2, addedBytes: 3, warnings: [] };
  records.end("bakor", { state: "doubtful", reason, ...taken, ...(doubts && { doubts }) });
  const backups = {
    ...openDrilling({ db, clock, audit, records } as never),
    chosen: () => records.get("bakor"),
    planDrill: () => ({
      data: { app, first: [], postHooks: [] },
      deploy: { warnings: ["It publishes no port."] },
      warnings: ["It publishes no port.", "What two had in a is not put back."],
    }),
    fillRevived: () => ({ compared: [], ahead: {} }),
    deployRevived: () => undefined,
    verdictRevived: () => ({ outcome: "converged", seconds: 3 }),
    clearDrill: () => undefined,
  };
  const engine = openEngine({ db, clock, trades: { backups } as unknown as Trades });
  engine.register("drill", drill);
  engine.register("drill-trial", drillTrial);
  const { runId } = engine.start("drill", { app, backup: "bakor" }, { askedBy: null, place: null });
  const { output } = await engine.result(runId);
  await engine.stop();
  return { told: render(output as Message).body, backup: records.get("bakor"), run: runId };
}

test("a drill answers that there is less, and the doubt stays written beside its answer", async () => {
  const words = "The volume a is empty, and in the last proven one (bebab) it held 990.0 kB";
  const { told, backup, run } = await drilled([{ kind: "less", words }], `${words}.`);
  expect(backup).toMatchObject({
    state: "proven",
    reason: `${words}. A restore of it was tried out all the same and went well (run ${run}).`,
  });
  expect(told).toContain("counts as proven from now on");
  expect(told).toContain("app restore notes.example.coop bakor");
  expect(told).toContain("Not shown: What two had in a is not put back.");
  expect(told).not.toContain("publishes no port");
});

test.each<[string, Doubt[] | undefined]>([
  ["how it was taken", [{ kind: "taken", words: "a/x.sql is older than this backup" }]],
  [
    "how it was taken, beside what it can",
    [
      { kind: "less", words: "It holds 1.0 MB" },
      { kind: "taken", words: "Could not be read: /a" },
    ],
  ],
  ["what an earlier version did not write down", undefined],
])("a drill that passes does not answer %s", async (_, doubts) => {
  const { told, backup } = await drilled(doubts, "a/x.sql is older than this backup.");
  expect(backup).toMatchObject({ state: "doubtful", reason: "a/x.sql is older than this backup." });
  expect(told).toContain(
    "It stays doubtful, because a drill cannot answer why: a/x.sql is older than this backup.",
  );
  expect(told).toContain("take another one: `app backup notes.example.coop`");
});

test.each<[string, { warnings?: string[]; doubts?: Doubt[] }, RegExp | null]>([
  ["nothing is missed", { warnings: ["The volume data is empty."] }, null],
  [
    "a dump is read into no database",
    { warnings: ["A restore does not read db/x.sql into."] },
    /db\/x\.sql into\.$/,
  ],
  [
    "a volume is gone that the app still has",
    { doubts: [gone("data", "old")] },
    /nothing of data, which the app still has/,
  ],
  ["a volume is gone that the app has no more", { doubts: [gone("old")] }, null],
  ["a volume is gone of what does not run", { doubts: [gone("cache")] }, null],
])("a drill is not even begun where an empty app would pass it: %s", (_, about, reason) => {
  const mounting = (name: string, replicas: number) => ({
    Mode: { Replicated: { Replicas: replicas } },
    TaskTemplate: { ContainerSpec: { Mounts: [{ Type: "volume", Source: `drill_bebab_${name}` }] } },
  });
  const deploy = { specs: { services: { app: mounting("data", 1), idle: mounting("cache", 0) } } };
  const backup = { id: "bakor", app, warnings: [], ...about };
  const look = (): void => assertWhole({ backup, deploy } as never, "drill_bebab");
  if (reason === null) expect(look).not.toThrow();
  else expect(look).toThrow(expect.objectContaining({ code: "restore-would-be-empty" }) as Error);
  if (reason !== null) expect(look).toThrow(reason);
});

function gone(...volumes: string[]): Doubt {
  return { kind: "gone", words: "It does not hold them", volumes };
}
