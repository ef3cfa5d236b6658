/**
 * What our engine does beyond the semantics that every engine shares: ports, schedules, pruning, trouble with
 * the disk.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import type { Db } from "../../src/db/index.ts";
import {
  openEngine,
  workflow,
  type AnyWorkflow,
  type ApprovalsPort,
  type Engine,
  type EngineOptions,
  type RunEvent,
} from "../../src/workflow/index.ts";
import { story } from "./conformance/suite.ts";
import { freshDb, settle } from "./conformance/own.ts";

let db: Db;
let clock: FakeClock;
let engine: Engine;

beforeEach(() => {
  db = freshDb();
  clock = new FakeClock();
});
afterEach(async () => {
  await engine.stop();
  db.close();
});

const asked = { askedBy: "ana", place: { room: "!ops:example.coop", eventId: "$1" } };

function boot(stories: Record<string, AnyWorkflow>, more: Partial<EngineOptions> = {}): Engine {
  engine = openEngine({ db, clock, trades: {} as never, ...more });
  for (const [name, one] of Object.entries(stories)) engine.register(name, one);
  engine.recover();
  return engine;
}

function asksIn(asks: Map<string, string>): ApprovalsPort {
  return {
    open: (row) => {
      expect(db.sqlite.inTransaction).toBe(true);
      asks.set(row.id, `open, asked by ${row.askedBy ?? "nobody"} in ${row.place?.room ?? "nowhere"}`);
    },
    withdraw: (id, why) => {
      expect(db.sqlite.inTransaction).toBe(true);
      asks.set(id, `withdrawn: ${why}`);
    },
  };
}

const asking = story(async ({ approval }) =>
  approval({
    ask: say("Deploy?"),
    from: "maintainer",
    needed: 2,
    weight: "ordinary",
    binds: "h",
    subject: "x.coop",
  }),
);

test("an approval is opened with its wait, and gives the voices", async () => {
  const asks = new Map<string, string>();
  const { runId } = boot({ w: asking }, { approvals: asksIn(asks) }).start("w", null, asked);
  await settle();
  expect([...asks]).toEqual([[`${runId}/approval`, "open, asked by ana in !ops:example.coop"]]);
  expect(engine.show(runId)).toMatchObject({ status: "waiting", waitsFor: "2 maintainers to agree" });
  const voices = [{ member: "bo", via: "reaction", at: 5 }];
  db.tx(() =>
    engine.signal(runId, "approval:approval", { status: "approved", voices, why: null }, "settled"),
  );
  expect(await engine.result(runId)).toEqual({ status: "done", output: { voices }, problem: null });
});

test("a decline and an expiry arrive as problems that say who and why", async () => {
  boot({ w: asking }, { approvals: asksIn(new Map()) });
  const declined = engine.start("w", null, asked).runId;
  const expired = engine.start("w", null, asked).runId;
  await settle();
  engine.signal(declined, "approval:approval", {
    status: "declined",
    voices: [],
    by: "bo",
    why: "not today",
  });
  engine.signal(expired, "approval:approval", { status: "expired", voices: [] });
  expect((await engine.result(declined)).problem).toMatchObject({
    code: "approval-declined",
    happened: "bo declined it for x.coop: not today.",
  });
  expect((await engine.result(expired)).problem?.code).toBe("approval-expired");
  expect(engine.show(declined)?.status).toBe("failed");
});

test("a cancelled run withdraws its question; so does one whose story is gone", async () => {
  const asks = new Map<string, string>();
  boot({ w: asking }, { approvals: asksIn(asks) });
  const first = engine.start("w", null, asked).runId;
  const second = engine.start("w", null, asked).runId;
  await settle();
  engine.cancel(first, "bo", "wrong app");
  expect((await engine.result(first)).status).toBe("cancelled");
  await engine.stop();
  const stranded: string[] = [];
  boot({}, { approvals: asksIn(asks), onStrandedRun: (run, { code }) => stranded.push(`${run} ${code}`) });
  expect(stranded).toEqual([`${second} story-gone`]);
  engine.cancel(second, "bo", "stuck");
  expect(engine.show(second)).toMatchObject({
    status: "cancelled",
    problem: { code: "cancelled-without-story" },
  });
  expect([...asks.values()].map((text) => text.split(":")[0])).toEqual(["withdrawn", "withdrawn"]);
});

test("a run that is started in a transaction that fails was never there", async () => {
  let told = 0;
  boot({ w: story(async ({ step }) => step("a", () => told++)) });
  expect(() =>
    db.tx(() => {
      engine.start("w", null, asked);
      throw new Error("the command fails after all");
    }),
  ).toThrow("after all");
  await settle();
  expect(engine.list()).toEqual([]);
  expect(told).toBe(0);
});

test("an input that does not fit is a problem that names the field, and nothing is written", () => {
  const typed = workflow({
    input: z.object({ app: z.string({ error: "an app's domain, such as cloud.example.coop" }) }),
    run: () => Promise.resolve(null),
  });
  boot({ deploy: typed });
  const thrown = (() => {
    try {
      engine.start(typed, { app: 5 }, asked);
    } catch (problem) {
      return problem as Problem;
    }
    return null;
  })();
  expect(thrown?.code).toBe("workflow-input-unfit");
  expect(thrown?.text.means).toContain("an app's domain, such as cloud.example.coop");
  expect(() => engine.start("nothing", null, asked)).toThrow(Problem);
  expect(engine.list()).toEqual([]);
});

test("cancel of what is over or was never there says so; a signal to it is not kept", async () => {
  boot({ w: story(async () => Promise.resolve(1)) });
  const { runId } = engine.start("w", null, asked);
  await engine.result(runId);
  expect(() => engine.cancel(runId, "bo", "late")).toThrow(`The run ${runId} is already done.`);
  expect(() => engine.cancel("zzzzz", "bo", "")).toThrow("There is no run zzzzz.");
  expect(engine.signal(runId, "x", 1)).toBe(false);
});

test("the record hears every change once, inside the transaction that makes it", async () => {
  const heard: string[] = [];
  const record = (event: RunEvent): void => {
    expect(db.sqlite.inTransaction).toBe(true);
    expect(event.run).toMatchObject({ workflow: "w", askedBy: "ana", place: asked.place });
    heard.push([event.kind, event.step?.key, event.status ?? event.waitsFor].filter(Boolean).join(" | "));
  };
  boot(
    {
      w: story(async ({ step, waitFor }) => {
        await step("a", () => 1, { undo: () => 2 });
        await waitFor("word");
        await step("b", () => Promise.reject(new Error("no")), { retries: 1, backoff: "1s" });
      }),
    },
    { record },
  );
  const { runId } = engine.start("w", null, asked);
  await settle();
  engine.signal(runId, "word", 1);
  await settle();
  await clock.turn(2000);
  await engine.result(runId);
  expect(heard).toEqual([
    "run started",
    "step started | a",
    "step done | a",
    "waiting | wait:word | word",
    "step done | wait:word",
    "step started | b",
    "step retry | b",
    "step started | b",
    "step failed | b",
    "undo started | a",
    "undo done | a",
    "run finished | undone",
  ]);
});

test("a record that throws stops the run where it is, and says so", async () => {
  const stranded: string[] = [];
  const record = ({ kind }: RunEvent): void => {
    if (kind === "step done") throw new Error("no such room");
  };
  boot(
    { w: story(async ({ step }) => step("a", () => 1)) },
    { record, onStrandedRun: (run, problem) => stranded.push(problem.code, run) },
  );
  const { runId } = engine.start("w", null, asked);
  await settle();
  expect(stranded).toEqual(["journal-refused", runId]);
  expect(engine.show(runId)).toMatchObject({ status: "waiting", problem: { code: "journal-refused" } });
  expect(engine.show(runId)?.steps.map(({ key, status }) => [key, status])).toEqual([["a", "running"]]);
});

test("a full disk holds the run up until there is room; the effect is not done again", async () => {
  let full = false;
  let effects = 0;
  const tight: Db = {
    ...db,
    write: (change) =>
      full
        ? Promise.reject(Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" }))
        : db.write(change),
  };
  boot(
    {
      w: story(async ({ step }) =>
        step("a", () => {
          full = true;
          return ++effects;
        }),
      ),
    },
    { db: tight },
  );
  const { runId } = engine.start("w", null, asked);
  await settle();
  await clock.turn(5000);
  expect(engine.show(runId)?.steps.map(({ key, status }) => [key, status])).toEqual([["a", "running"]]);
  full = false;
  await clock.turn(60_000);
  expect((await engine.result(runId)).output).toBe(1);
  expect(effects).toBe(1);
});

test("runs that are dropped from memory miss no word, however the words fall", async () => {
  const words = 4;
  const listening = story(async ({ waitFor }) => {
    const heard: unknown[] = [];
    for (let n = 0; n < words; n++) heard.push(await waitFor("word"));
    return heard;
  });
  boot({ w: listening }, { keepParked: 2 });
  const runs = Array.from({ length: 30 }, () => engine.start("w", null, asked).runId);
  // No word waits for the one before it to be heard: runs are woken in the very turn in which others park.
  for (let word = 0; word < words; word++) {
    for (const [n, run] of runs.entries()) {
      engine.signal(run, "word", word);
      if (n % 3 === word % 3) await new Promise((next) => setImmediate(next));
    }
  }
  await settle();
  for (const run of runs) expect((await engine.result(run)).output).toEqual([0, 1, 2, 3]);
});

test("a run that is woken in the very turn in which another one parks is not dropped", async () => {
  boot({ w: story(async ({ waitFor }) => waitFor("word")) }, { keepParked: 1 });
  const first = engine.start("w", null, asked).runId;
  await settle();
  // One commit: the second run parks, which makes one too many, and the first one is spoken to.
  engine.start("w", null, asked);
  void db.write(() => engine.signal(first, "word", "heard"));
  await settle();
  expect(engine.show(first)).toMatchObject({ status: "done", output: "heard" });
});

test("stop waits for the step in flight, records it, and begins nothing more", async () => {
  const gate = Promise.withResolvers<undefined>();
  const done: string[] = [];
  const two = story(async ({ step }) => {
    await step("first", () => gate.promise.then(() => done.push("first")));
    await step("second", () => done.push("second"));
  });
  const { runId } = boot({ w: two }).start("w", null, asked);
  await settle();
  const stopped = engine.stop();
  gate.resolve(undefined);
  await stopped;
  await settle();
  expect(done).toEqual(["first"]);
  boot({ w: two });
  expect((await engine.result(runId)).status).toBe("done");
  expect(done).toEqual(["first", "second"]);
});

test("a schedule starts runs at its times in its zone, and makes up once for what was missed", async () => {
  const nightly = story(async ({ step }) => step("a", () => 1));
  const set = (): void =>
    boot({ backup: nightly }).schedule("nightly", "0 3 * * *", "Europe/Berlin", () => ({
      workflow: nightly,
      input: null,
    }));
  // 10:00 in Berlin; the next three o'clock is 01:00 UTC.
  set();
  await clock.turn(18 * 3_600_000);
  const [first] = engine.list();
  expect(first).toMatchObject({
    workflow: "backup",
    askedBy: null,
    createdAt: Date.parse("2026-10-02T01:00:00Z"),
  });
  await engine.stop();
  // Three nights away: made up once.
  clock = new FakeClock(Date.parse("2026-10-05T09:30:00Z"));
  set();
  await settle();
  expect(engine.list().map((run) => run.createdAt)).toEqual([
    Date.parse("2026-10-05T09:30:00Z"),
    Date.parse("2026-10-02T01:00:00Z"),
  ]);
  await engine.stop();
  set();
  expect(engine.list()).toHaveLength(2);
  await clock.turn(24 * 3_600_000);
  expect(engine.list()).toHaveLength(3);
  expect(() =>
    engine.schedule("bad", "0 3 * *", "Europe/Berlin", () => ({ workflow: nightly, input: null })),
  ).toThrow("The schedule bad has times that cannot be read");
});

test("steps of runs that finished long ago are pruned, those that did not end well later, the runs stay", async () => {
  boot({
    good: story(async ({ step }) => step("a", () => 1)),
    bad: story(async ({ step }) => step("a", () => Promise.reject(new Error("no")), { retries: 0 })),
  });
  const good = engine.start("good", null, asked).runId;
  const bad = engine.start("bad", null, asked).runId;
  await Promise.all([engine.result(good), engine.result(bad)]);
  const day = 86_400_000;
  await clock.turn(20 * day);
  expect(await engine.prune({ keepDays: 30 })).toEqual({ runs: 0, steps: 0, signals: 0 });
  await clock.turn(11 * day);
  expect(await engine.prune({ keepDays: 30 })).toEqual({ runs: 1, steps: 1, signals: 0 });
  expect(engine.show(good)).toMatchObject({ status: "done", output: 1, steps: [] });
  expect(engine.show(bad)?.steps).toHaveLength(1);
  await clock.turn(90 * day);
  expect(await engine.prune({ keepDays: 30 })).toEqual({ runs: 1, steps: 1, signals: 0 });
});

test("lists, details and numbers say what there is", async () => {
  const locked = workflow({
    input: z.object({ app: z.string() }),
    lock: ({ app }) => `app ${app}`,
    outline: ["a", "b"],
    run: async ({ waitFor }) => waitFor("x"),
  });
  boot({ locked });
  const first = engine.start(locked, { app: "x.coop" }, asked).runId;
  const second = engine.start(locked, { app: "x.coop" }, asked).runId;
  engine.start(locked, { app: "y.coop" }, asked);
  await settle();
  expect(engine.list({ open: true, lock: "app x.coop" }).map((run) => run.id)).toEqual([second, first]);
  expect(engine.list({ limit: 1 })).toHaveLength(1);
  expect(engine.show(first)).toMatchObject({
    input: { app: "x.coop" },
    outline: ["a", "b"],
    lock: "app x.coop",
  });
  expect(engine.show(second)?.waitsFor).toBe(`the run ${first}, which holds "app x.coop"`);
  expect(engine.show("zzzzz")).toBeUndefined();
  expect(engine.stats()).toEqual({ live: 2, parked: 2, stepsInFlight: 0, open: 3, stranded: 0 });
  expect(engine.finished()).toEqual({ done: 0, failed: 0, undone: 0, cancelled: 0 });
  engine.cancel(second, "ana", "no more");
  await settle();
  expect(engine.stats()).toMatchObject({ open: 2 });
  expect(engine.finished()).toEqual({ done: 0, failed: 0, undone: 0, cancelled: 1 });
});
