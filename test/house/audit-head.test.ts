/**
 * The head of the audit chain in the operators' room: once a day whatever else happens, there and nowhere else. It is
 * the only witness against a chain that was written anew, so that a house which posts none must not go unnoticed.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openAudit, verifyAgainst, type Audit } from "../../src/audit/index.ts";
import { openConsole } from "../../src/chat/console.ts";
import { openOutbox } from "../../src/chat/outbox.ts";
import type { Outbox, Outgoing } from "../../src/chat/transport.ts";
import { loadConfig } from "../../src/config.ts";
import { durationMs, FakeClock } from "../../src/core/clock.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { postAuditHead } from "../../src/house/audit-head.ts";
import { openHouse, openLog, type House } from "../../src/house/index.ts";
import { quietEngine, type QuietEngine } from "./quiet-engine.ts";
import { bo, room } from "./stage.ts";

const operators = "!operators:demo";
const textOf = (out: Outgoing): string => (out.kind === "message" ? JSON.stringify(out.message) : out.kind);

interface Head {
  key: string;
  room: string;
  text: string;
}
/** Every head that was put into the outbox, in the order of their days. */
function headsIn({ sqlite }: Db): Head[] {
  const rows = sqlite
    .prepare("select key, room, content from outbox where content like '%Audit trail%' order by key")
    .all() as { key: string; room: string; content: string }[];
  return rows.map(({ key, room, content }) => ({ key, room, text: textOf(JSON.parse(content) as Outgoing) }));
}

describe("the day's head", () => {
  let clock: FakeClock;
  let db: Db;
  let audit: Audit;
  let told: unknown[];
  beforeEach(() => {
    clock = new FakeClock(Date.parse("2026-11-24T20:00:00Z"));
    db = openDb(":memory:");
    audit = openAudit(db, clock);
    told = [];
  });
  afterEach(() => db.close());

  const log = { error: (...line: unknown[]): void => void told.push(line) };
  const begin = (more: Partial<Outbox> = {}): (() => void) =>
    postAuditHead(audit, { ...openOutbox({ db, clock }), ...more }, operators, { clock, log });
  const note = (what: string): void => audit.append({ who: "tandem", what, subject: "test" });
  const days = (): string[] => headsIn(db).map(({ key }) => key);

  test("is posted at the start and at each midnight, once a day, over restarts too", async () => {
    note("before the start");
    let stop = begin();
    expect(days()).toEqual(["audit-head/2026-11-24"]);
    note("in the evening");
    await clock.turn(durationMs("4h") - 1);
    expect(days()).toHaveLength(1);
    await clock.turn(1);
    expect(days()).toEqual(["audit-head/2026-11-24", "audit-head/2026-11-25"]);

    // Stopped and begun again on the same day: that day has its head.
    await clock.turn(durationMs("10h"));
    stop();
    note("while nobody was there");
    await clock.turn(durationMs("2h"));
    stop = begin();
    expect(days()).toHaveLength(2);
    await clock.turn(durationMs("12h") - 1);
    expect(days()).toHaveLength(2);
    await clock.turn(1);
    expect(days()).toEqual(["audit-head/2026-11-24", "audit-head/2026-11-25", "audit-head/2026-11-26"]);

    stop();
    await clock.turn(durationMs("2d"));
    expect(days()).toHaveLength(3);
    const said = headsIn(db);
    expect(new Set(said.map((one) => one.room))).toEqual(new Set([operators]));
    // The head as it stood at that moment, so that what is cut off behind it is noticed.
    const hash = audit.list({ before: 2 })[0]?.hash ?? "";
    expect(said[0]?.text).toContain(`Audit trail on 2026-11-24: 1 entries, head \`${hash}\`.`);
    expect(said[1]?.text).toContain("Audit trail on 2026-11-25: 2 entries");
    expect(said[2]?.text).toContain("Audit trail on 2026-11-26: 3 entries");
    expect(verifyAgainst(audit, said.map(({ text }) => text).join("\n"))).toEqual({ witnessed: 3 });
    expect(told).toEqual([]);
  });

  test("comes when a clock that was far ahead has been set right, too", async () => {
    clock.setTo(Date.parse("2031-01-01T12:00:00Z"));
    const stop = begin();
    clock.setTo(Date.parse("2026-11-24T20:30:00Z"));
    await clock.turn(durationMs("1h"));
    expect(days()).toEqual(["audit-head/2026-11-24", "audit-head/2031-01-01"]);
    await clock.turn(durationMs("3h"));
    expect(days()).toContain("audit-head/2026-11-25");
    stop();
  });

  test("that could not be posted is tried again after half a minute, and the next day has its own", async () => {
    const outbox = openOutbox({ db, clock });
    let isFull = true;
    const stop = begin({
      post: (out) => {
        if (isFull) throw new Error("SQLITE_FULL");
        outbox.post(out);
      },
    });
    expect(days()).toEqual([]);
    await clock.turn(30_000);
    expect(told).toHaveLength(2);
    isFull = false;
    await clock.turn(30_000);
    expect(days()).toEqual(["audit-head/2026-11-24"]);
    await clock.turn(durationMs("4h"));
    expect(days()).toEqual(["audit-head/2026-11-24", "audit-head/2026-11-25"]);
    expect(told).toHaveLength(2);

    // Stopped while it waits to try again, it tries no more.
    isFull = true;
    await clock.turn(durationMs("1d"));
    stop();
    const failures = told.length;
    isFull = false;
    await clock.turn(durationMs("1h"));
    expect([days().length, told.length]).toEqual([2, failures]);
  });
});

describe("the whole house", () => {
  let folder: string;
  let engine: QuietEngine;
  let clock: FakeClock;
  const houses: House[] = [];
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-head-"));
    engine = await quietEngine(folder);
    clock = new FakeClock(Date.parse("2026-11-24T23:59:50Z"));
  });
  afterEach(async () => {
    for (const house of houses.splice(0)) await house.stop();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As `openStage` does, with a clock that is turned and with a room for the operators, if there is one. */
  async function open(operatorsRoom?: string): Promise<House> {
    const file = path.join(folder, "tandem.yaml");
    const settings = {
      people: { operators: [], maintainers: [{ name: "bo", matrixId: bo }] },
      web: { listen: "127.0.0.1:0", publicUrl: "http://localhost:8080" },
      docker: { socket: engine.socket },
      diskFreeMb: 1,
    };
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(settings));
    const house = await openHouse({
      ...{ config: loadConfig({}, file), clock, via: "console", defaultRoom: room },
      ...(operatorsRoom !== undefined && { operatorsRoom }),
      log: openLog("info", path.join(folder, "log")),
      chat: (parts) =>
        Promise.resolve(
          openConsole({
            ...{ ...parts, self: "@tandem:demo" as never, rooms: [room, operators] },
            write: () => undefined,
          }),
        ),
    });
    houses.push(house);
    return house;
  }
  const keysOf = ({ db }: House): string[][] => headsIn(db).map((one) => [one.key, one.room]);

  test("posts it in the operators' room each day, once also when it is opened again, and stops with it", async () => {
    const first = await open(operators);
    expect(keysOf(first)).toEqual([["audit-head/2026-11-24", operators]]);
    await clock.turn(20_000);
    const both = [
      ["audit-head/2026-11-24", operators],
      ["audit-head/2026-11-25", operators],
    ];
    expect(keysOf(first)).toEqual(both);
    await first.stop();
    const second = await open(operators);
    await clock.turn(20_000);
    expect(keysOf(second)).toEqual(both);
    await second.stop();
    // Nobody is left to post into a database that is closed.
    await clock.turn(durationMs("1d"));
    expect(readFileSync(path.join(folder, "log"), "utf8")).not.toContain("could not be posted");
  });

  test("without a room for the operators posts none", async () => {
    const house = await open();
    await clock.turn(20_000);
    expect(keysOf(house)).toEqual([]);
  });
});
