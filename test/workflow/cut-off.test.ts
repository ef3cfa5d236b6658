/** Steps in whose middle the process ended: what was cut off is begun again, and has not failed. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import type { Db } from "../../src/db/index.ts";
import { openEngine, type AnyWorkflow, type Engine } from "../../src/workflow/index.ts";
import { freshDb, settle } from "./conformance/own.ts";
import { story } from "./conformance/suite.ts";

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

/** Another life of the process, on the same journal. */
async function live(w: AnyWorkflow): Promise<void> {
  engine = openEngine({ db, clock, trades: {} as never });
  engine.register("w", w);
  engine.recover();
  await settle();
}

const begin = (): string => engine.start("w", null, { askedBy: "ana", place: null }).runId;
const stuck = new Promise(() => undefined);

test("a step that brings the process down again and again is given up", async () => {
  let isStuck = true;
  const culprit = story(async ({ step }) => step("dangerous", () => (isStuck ? stuck : 1), { retries: 1 }));
  await live(culprit);
  const run = begin();
  await settle();
  // Ten times cut off are borne, whatever may be tried again; this is one more.
  db.sqlite.prepare("update step set attempt = 12, failures = 1").run();
  isStuck = false;
  await live(culprit);
  expect((await engine.result(run)).problem?.code).toBe("step-cut-off");
});

test("what others bring down again and again comes to its end between: only the culprit is given up", async () => {
  let isDown = false;
  // Whoever is not done by the time that the culprit begins is cut off with it.
  const innocent = story(async ({ step }) =>
    step("copy", async () => {
      await new Promise((soon) => setImmediate(soon));
      return isDown ? stuck : "copied";
    }),
  );
  const culprit = story(async ({ step }) => step("dangerous", () => ((isDown = true), stuck)));
  const life = async (): Promise<void> => {
    isDown = false;
    engine = openEngine({ db, clock, trades: {} as never });
    engine.register("innocent", innocent);
    engine.register("culprit", culprit);
    engine.recover();
    await settle();
    await settle();
  };
  await life();
  const start = (name: string): string => engine.start(name, null, { askedBy: "ana", place: null }).runId;
  const runs = ["innocent", "innocent", "culprit", "innocent"].map(start);
  await settle();
  for (let lives = 0; lives < 12; lives++) await life();
  const ends = await Promise.all(runs.map(async (run) => (await engine.result(run)).problem?.code ?? "well"));
  expect(ends).toEqual(["well", "well", "step-cut-off", "well"]);
});

test("a suspect that works for long keeps the others waiting for half a minute", async () => {
  const begun: string[] = [];
  const end = Promise.withResolvers<undefined>();
  const copying = story(({ step }) =>
    step("copy", ({ key }) => {
      begun.push(key);
      return end.promise;
    }),
  );
  await live(copying);
  const [first, second] = [begin(), begin(), begin()].map((run) => `${run}/copy`);
  await settle();
  db.sqlite.prepare("update step set attempt = 3").run();
  begun.length = 0;
  await live(copying);
  expect(begun).toEqual([first]);
  await clock.turn(29_999);
  expect(begun).toEqual([first]);
  await clock.turn(1);
  await settle();
  expect(begun).toEqual([first, second]);
  const stopped = engine.stop();
  end.resolve(undefined);
  await stopped;
  await clock.turn(60_000);
  expect(begun).toEqual([first, second]);
});

test("what a restart has cut off is none of the tries", async () => {
  const attempts: number[] = [];
  // Cut off twice, then a hiccup, which this step may have once.
  const copy = ({ attempt }: { attempt: number }): unknown => {
    attempts.push(attempt);
    if (attempt <= 2) return stuck;
    if (attempt === 3) throw new Error("a hiccup");
    return "copied";
  };
  const copying = story(async ({ step }) => step("copy", copy, { retries: 1 }));
  await live(copying);
  const run = begin();
  await settle();
  await live(copying);
  await live(copying);
  await clock.turn(1000);
  expect(await engine.result(run)).toMatchObject({ status: "done", output: "copied" });
  expect(attempts).toEqual([1, 2, 3, 4]);
});

test("what fails again and again after restarts is given up after its tries, which are counted in words", async () => {
  let life = 1;
  const failing = story(async ({ step }) =>
    step("copy", () => (life === 1 ? stuck : Promise.reject(new Error("no way"))), { retries: 1 }),
  );
  await live(failing);
  const run = begin();
  await settle();
  life++;
  await live(failing);
  await live(failing);
  await clock.turn(1000);
  const { problem } = await engine.result(run);
  expect(problem).toMatchObject({ code: "step-failed" });
  expect(problem?.means).toContain("It was tried 2 times");
});

test("a stop while the record is on its way to the disk begins no work", async () => {
  let worked = 0;
  await live(story(async ({ step }) => step("copy", () => ++worked)));
  begin();
  await engine.stop();
  await settle();
  expect(db.sqlite.prepare("select status, attempt from step").all()).toEqual([
    { status: "running", attempt: 1 },
  ]);
  expect(worked).toBe(0);
});
