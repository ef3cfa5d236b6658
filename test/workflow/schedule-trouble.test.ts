import { expect, test } from "vitest";
import { durationMs, FakeClock } from "../../src/core/clock.ts";
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

test("a clock that is set back by days keeps nothing waiting, and no time is made use of twice", async () => {
  const db = freshDb();
  const at = (iso: string): number => Date.parse(`2026-${iso}Z`);
  const clock = new FakeClock(at("12-04T12:00"));
  const engine = openEngine({ db, clock, trades: {} as never });
  const nothing = story(() => Promise.resolve(null));
  engine.register("nothing", nothing);
  const begun = (name: string): string[] =>
    (
      db.sqlite
        .prepare("select key from run where key like ? order by n")
        .pluck()
        .all(`schedule ${name} %`) as string[]
    ).map((key) => key.slice(-24, -8));
  engine.schedule("nightly", "0 1 * * *", "UTC", () => ({ workflow: nothing, input: {} }));
  engine.schedule("hourly", "17 * * * *", "UTC", () => ({ workflow: nothing, input: {} }));
  engine.recover();
  await clock.turn(durationMs("20m"));
  expect(begun("hourly")).toEqual(["2026-12-04T12:17"]);

  clock.setTo(at("12-01T12:10"));
  await clock.turn(durationMs("2h"));
  expect(begun("hourly").slice(1)).toEqual(["2026-12-01T13:17"]);
  await clock.turn(durationMs("3d"));
  expect(begun("nightly")).toEqual(["2026-12-02T01:00", "2026-12-03T01:00", "2026-12-04T01:00"]);
  // 12:17 of the fourth was made use of before.
  expect(new Set(begun("hourly")).size).toBe(begun("hourly").length);
  expect(begun("hourly")).toHaveLength(2 + 72 - 1);
  await engine.stop();
  db.close();
});
