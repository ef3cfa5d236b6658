/** A clock that is set while a step is under way: its timeout is a length of time. */
import { expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { openEngine } from "../../src/workflow/index.ts";
import { freshDb, settle } from "./conformance/own.ts";
import { story } from "./conformance/suite.ts";

const dayMs = 86_400_000;

test.each([
  ["forward", dayMs],
  ["back", -dayMs],
])("a step has its minute, also when the clock is set a day %s meanwhile", async (_, byMs) => {
  const db = freshDb();
  const clock = new FakeClock();
  const engine = openEngine({ db, clock, trades: {} as never });
  const told: unknown[] = [];
  const slow = story(({ step }) =>
    step(
      "slow",
      ({ signal }) =>
        new Promise((_done, failed) => {
          signal.addEventListener("abort", () => {
            told.push(signal.reason);
            failed(new Error("stopped"));
          });
        }),
      { timeout: "1m", retries: 0 },
    ),
  );
  engine.register("slow", slow);
  engine.recover();
  const { runId } = engine.start(slow, {}, { key: "1", askedBy: null, place: null });
  await settle();
  await clock.turn(30_000);
  clock.setTo(clock.now() + byMs);
  await clock.turn(29_999);
  await settle();
  expect(told).toEqual([]);
  await clock.turn(1);
  expect(told).toEqual([new Error("it took longer than 1m")]);
  expect((await engine.result(runId)).status).toBe("failed");
  await engine.stop();
  db.close();
});
