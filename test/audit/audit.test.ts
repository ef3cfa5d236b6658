import { beforeEach, describe, expect, test } from "vitest";
import { dayHead, openAudit, verifyAgainst, type Audit } from "../../src/audit/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { openDb, type Db } from "../../src/db/index.ts";

let db: Db;
let clock: FakeClock;
let audit: Audit;

beforeEach(() => {
  db = openDb(":memory:");
  clock = new FakeClock();
  audit = openAudit(db, clock);
  audit.append({ who: "ana", what: "member.added", subject: "bo", details: { b: 2, a: 1 } });
  audit.append({ who: "bo", what: "run.started", subject: "bakor", details: { app: "notes.example.coop" } });
  audit.append({ who: "bo", what: "step.done", subject: "bakor/deploy" });
});

const change = (sql: string): void => void db.sqlite.exec(sql);
const tamper = (sql: string): void => {
  change("drop trigger audit_no_update; drop trigger audit_no_delete;");
  change(sql);
};

describe("the chain", () => {
  test("is good as written, also when empty", () => {
    expect(audit.verify()).toEqual({ rows: 3, head: audit.head().hash });
    expect(openAudit(openDb(":memory:"), clock).verify()).toEqual({ rows: 0, head: "0".repeat(64) });
  });

  test("keeps details as canonical JSON, numbered and timed in UTC", () => {
    const rows = db.sqlite
      .prepare<[], { n: number; at: string; details: string }>("select n, at, details from audit order by n")
      .all();
    expect(rows[0]).toEqual({ n: 1, at: "2026-10-01T08:00:00.000Z", details: '{"a":1,"b":2}' });
    expect(rows[2]?.details).toBe("{}");
  });

  test("refuses UPDATE and DELETE", () => {
    expect(() => change("update audit set who = 'eve' where n = 2")).toThrow("never changed");
    expect(() => change("delete from audit where n = 3")).toThrow("never deleted");
    expect(audit.verify()).toMatchObject({ rows: 3 });
  });

  test.each([
    ["update audit set who = 'eve' where n = 2", 2, "row 2 was changed"],
    ['update audit set details = \'{"app":"x"}\' where n = 2', 2, "row 2 was changed"],
    ["update audit set at = '2026-10-02T08:00:00.000Z' where n = 1", 1, "row 1 was changed"],
    [`update audit set hash = '${"a".repeat(64)}' where n = 1`, 1, "row 1 was changed"],
    [`update audit set prev = '${"a".repeat(64)}' where n = 3`, 3, "row 3 does not follow row 2"],
    ["delete from audit where n = 2", 2, "row 2 is missing"],
    ["delete from audit where n = 1", 1, "row 1 is missing"],
  ])("finds what was tampered with: %s", (sql, brokenAt, why) => {
    tamper(sql);
    expect(audit.verify()).toEqual({ brokenAt, why });
  });

  test("does not notice a cut tail by itself, but against the head that was posted", () => {
    const posted = JSON.stringify(dayHead(audit, clock));
    expect(verifyAgainst(audit, posted)).toEqual({ witnessed: 1 });
    tamper("delete from audit where n = 3");
    expect(audit.verify()).toMatchObject({ rows: 2 });
    expect(verifyAgainst(audit, posted)).toEqual({
      brokenAt: 3,
      why: "row 3 was posted as a head and is missing",
    });
  });

  test("a chain that was written anew contradicts the posted head", () => {
    const posted = JSON.stringify(dayHead(audit, clock));
    tamper("delete from audit");
    for (const subject of ["x", "y", "z"]) audit.append({ who: "eve", what: "member.added", subject });
    expect(audit.verify()).toMatchObject({ rows: 3 });
    expect(verifyAgainst(audit, posted)).toEqual({
      brokenAt: 3,
      why: "row 3 has another hash than the one posted",
    });
  });
});

test("a row is gone with the change that it told of", () => {
  const before = audit.head();
  expect(() =>
    db.tx(() => {
      audit.append({ who: "ana", what: "role.given", subject: "bo" });
      throw new Error("the change failed");
    }),
  ).toThrow("the change failed");
  expect(audit.head()).toEqual(before);
});

test("list: newest first, by subject with what belongs to it, in pages", () => {
  expect(audit.list().map((row) => row.n)).toEqual([3, 2, 1]);
  expect(audit.list({ subject: "bakor" }).map((row) => row.n)).toEqual([3, 2]);
  expect(audit.list({ subject: "bak_r" })).toEqual([]);
  expect(audit.list({ before: 3, limit: 1 })).toEqual([
    expect.objectContaining({ n: 2, who: "bo", details: { app: "notes.example.coop" } }),
  ]);
});

test("secrets are taken out before hashing, even with characters that JSON escapes", () => {
  new Secret('pass"word\n1');
  audit.append({ who: "ana", what: "x", subject: "y", details: { env: 'A=pass"word\n1', money: 5n } });
  expect(audit.list({ limit: 1 })[0]?.details).toEqual({ env: "A=•••", money: "5" });
  expect(audit.verify()).toMatchObject({ rows: 4 });
});

test("the day's head says the date, how many entries and the hash", () => {
  expect(dayHead(audit, clock).blocks).toEqual([
    { kind: "text", text: `Audit trail on 2026-10-01: 3 entries, head \`${audit.head().hash}\`.` },
  ]);
});
