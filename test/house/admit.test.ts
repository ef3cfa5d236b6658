/** Below the reserve nothing begins by itself either; once there is room, what was missed begins, once. */
import { expect, test } from "vitest";
import { render } from "../../src/chat/render.ts";
import { openOutbox } from "../../src/chat/outbox.ts";
import type { Outgoing } from "../../src/chat/transport.ts";
import { loadConfig } from "../../src/config.ts";
import { durationMs, FakeClock } from "../../src/core/clock.ts";
import { diskFull } from "../../src/core/problems/db.ts";
import { admitScheduled } from "../../src/house/admit.ts";
import { setSchedules, startedOtherwise } from "../../src/house/scheduled.ts";
import { openEngine } from "../../src/workflow/index.ts";
import { freshDb, settle } from "../workflow/conformance/own.ts";
import { story } from "../workflow/conformance/suite.ts";

test("a scheduled run waits for room on the disk; the operators are told once a day", async () => {
  const db = freshDb();
  const clock = new FakeClock(Date.parse("2026-10-01T23:30:00Z"));
  const logged: object[] = [];
  const log = {
    warn: (facts: object) => void logged.push(facts),
    error: (facts: object) => void logged.push(facts),
  };
  const engine = openEngine({ db, clock, trades: {} as never, log });
  for (const name of startedOtherwise)
    engine.register(
      name,
      story(() => Promise.resolve(name)),
    );
  engine.recover();
  const outbox = openOutbox({ db, clock });
  let freeMb = 12;
  const admission = {
    freeMb: () => freeMb,
    admit: () => {
      if (freeMb < 200) throw diskFull({ freeMb });
    },
  };
  const config = loadConfig({});
  const admit = admitScheduled({ admission, db, outbox, clock, room: "!operators", log: log as never });
  const backups = { ...config.backups, window: "23:45-02:00" };
  setSchedules(engine, { ...config, backups, web: { ...config.web, timeZone: "UTC" } }, admit);
  const begun = (): string[] => engine.list({}).map(({ workflow }) => workflow);
  const told = (): Outgoing[] =>
    db.sqlite
      .prepare<[], string>("select content from outbox where room = '!operators' order by seq")
      .pluck()
      .all()
      .map((content) => JSON.parse(content) as Outgoing);

  await clock.turn(durationMs("25m"));
  await settle();
  expect(begun()).toEqual([]);
  expect(told()).toHaveLength(1);
  const [said] = told();
  expect(said?.kind === "message" && render(said.message).body).toBe(
    "Only 12 MB are free on the disk that holds the database.\n" +
      "What begins by itself, such as the backups at night, waits; commands that begin something are refused.\n" +
      "An operator makes room on that disk; what was missed then begins by itself, once.",
  );
  // A log that grows every half a minute is nothing that a full disk needs.
  expect(logged).toHaveLength(1);
  await clock.turn(durationMs("10m"));
  await settle();
  expect([begun(), told().length]).toEqual([[], 2]);

  freeMb = 5000;
  await clock.turn(30_000);
  await settle();
  expect(begun()).toEqual(["backup-nightly"]);
  await clock.turn(durationMs("1d"));
  await settle();
  expect(begun().filter((name) => name === "backup-nightly")).toHaveLength(2);
  await engine.stop();
  db.close();
});
