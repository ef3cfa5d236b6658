import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openDb, schema } from "../../src/db/index.ts";
import { Problem } from "../../src/core/problem.ts";
import { expectGolden } from "../golden.ts";

const temporary = (): string => path.join(mkdtempSync(path.join(tmpdir(), "tandem-db-")), "tandem.db");

test("the schema after all migrations is the golden one, and migrating twice is harmless", () => {
  const file = temporary();
  openDb(file).close();
  const db = openDb(file);
  const tables = db.sqlite
    .prepare<[], { sql: string }>(
      "select sql from sqlite_schema where sql is not null and name not like '\\_\\_%' escape '\\' order by type desc, name",
    )
    .all();
  expectGolden("schema.sql", tables.map((row) => `${row.sql};\n`).join(""));
  expect(db.sqlite.pragma("synchronous", { simple: true })).toBe(2);
  expect(db.sqlite.pragma("journal_mode", { simple: true })).toBe("wal");
  expect(db.sqlite.pragma("foreign_keys", { simple: true })).toBe(1);
  db.close();
});

test("a second process is refused with a problem", () => {
  const file = temporary();
  const db = openDb(file);
  const script = `import("${path.join(import.meta.dirname, "../../src/db/index.ts")}").then((m) => m.openDb(process.argv[1])).catch((e) => { console.log(e.code); })`;
  expect(execFileSync(process.execPath, ["-e", script, file], { encoding: "utf8" }).trim()).toBe(
    "database-locked",
  );
  db.close();
});

test("a file that is no database is a problem, not a stack trace", () => {
  expect(() => openDb(import.meta.filename)).toThrow(Problem);
});

test("writes of one turn share a commit; a bad one fails alone; afterCommit sees durable rows", async () => {
  const db = openDb(temporary());
  const put = (key: string) => () => db.orm.insert(schema.chatState).values({ key, value: "1" }).run();
  const results = await Promise.allSettled([db.write(put("a")), db.write(put("a")), db.write(put("b"))]);
  expect(results.map((r) => r.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  let seen = -1;
  db.tx(() => {
    put("c")();
    db.afterCommit(() => (seen = db.sqlite.inTransaction ? -1 : 3));
  });
  expect(seen).toBe(3);
  expect(() => db.tx(() => (put("d")(), put("d")()))).toThrow();
  expect(
    db.orm
      .select()
      .from(schema.chatState)
      .all()
      .map((row) => row.key),
  ).toEqual(["a", "b", "c"]);
  db.close();
});
