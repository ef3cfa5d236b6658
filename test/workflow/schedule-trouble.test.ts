import { expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { openEngine } from "../../src/workflow/index.ts";
import { freshDb, settle } from "./conformance/own.ts";
import { story } from "./conformance/suite.ts";

test("a run that could not be started at its time is started later, and the next ones at theirs", async () => {
  const db = freshDb();
  const clock = new FakeClock(Date.parse("2026-10-01T08:00:00Z"));
  const failures: unknown[] = [];
  const log = { warn: () => undefined, error: ({ err }: { err?: unknown }) => failures.push(err) };
  const engine = openEngine({ db, clock, trades: {} as never, log });
  const hourly = story(() => Promise.resolve("done"));
  engine.register("hourly", hourly);
  engine.recover();
  let isFull = true;
  engine.schedule("hourly", "0 * * * *", "UTC", () => {
    if (isFull) throw new Error("database or disk is full");
    return { workflow: hourly, input: {} };
  });
  await clock.turn(3_600_000 + 45_000);
  expect(failures).toHaveLength(2);
  expect(engine.list({})).toEqual([]);
  isFull = false;
  await clock.turn(30_000);
  await settle();
  expect(engine.list({})).toHaveLength(1);
  await clock.turn(3_600_000);
  await settle();
  expect(engine.list({})).toHaveLength(2);
  await engine.stop();
  db.close();
});
