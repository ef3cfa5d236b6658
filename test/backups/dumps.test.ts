import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { databaseIn } from "../../src/backups/databases.ts";
import { dumpEnds, lookAtDump, whyUnfinished } from "../../src/backups/dumps.ts";

const middle = "insert into t values (1);\n".repeat(2000);
const dumps: [string, string, string][] = [
  [
    "pg_dump",
    "--\n-- PostgreSQL database dump\n--\n",
    "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict x\n",
  ],
  [
    "pg_dumpall",
    "--\n-- PostgreSQL database cluster dump\n--\n",
    "--\n-- PostgreSQL database cluster dump complete\n--\n",
  ],
  [
    "mariadb-dump",
    "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n",
    "-- Dump completed on 2026-11-26\n",
  ],
  ["mysqldump", "-- MySQL dump 10.13\n", "-- Dump completed on 2026-11-26\n"],
];

function seen(text: string, step = 1000) {
  const ends = dumpEnds();
  for (let at = 0; at < text.length; at += step) ends.see(Buffer.from(text.slice(at, at + step)));
  return ends;
}

describe.each(dumps)("a dump of %s that goes by", (_, head, tail) => {
  test("is whole with its last words, and not without them", () => {
    expect(whyUnfinished(seen(head + middle + tail))).toBe(null);
    expect(whyUnfinished(seen(head + middle))).toContain("does not end with");
    expect(whyUnfinished(seen(head))).toContain("does not end with");
    // A pg_dumpall that ends within the dump of one database has that one's last words somewhere, not at its end.
    expect(whyUnfinished(seen(head + tail + middle))).toContain("does not end with");
  });
});

test("an empty one is not whole, and what is no dump is not judged", () => {
  expect(whyUnfinished(seen(""))).toBe("it is empty");
  expect(whyUnfinished(seen("anything"))).toBe(null);
});

describe("a dump that lies in a file, looked at by the shell", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "dumps-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const look = (name: string, bytes: string | Buffer): string => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    return execFileSync("sh", ["-c", lookAtDump, "sh", file], { encoding: "utf8" }).trim();
  };

  test.each(dumps)("of %s", (_, head, tail) => {
    const whole = head + middle + tail;
    expect(look("a.sql", whole)).toBe("");
    expect(look("a.sql.gz", gzipSync(whole))).toBe("");
    expect(look("b.sql", head + middle)).toContain("does not end with");
    expect(look("b.sql.gz", gzipSync(head + middle))).toContain("does not end with");
    expect(look("c.sql.gz", gzipSync(whole).subarray(0, -20))).toBe("it is no whole gzip file");
  });

  test("in PostgreSQL's own format, empty, or of another kind", () => {
    expect(look("d.pgdump", "error: no")).toContain("in its own format");
    expect(look("d.pgdump.gz", gzipSync("error: no"))).toContain("in its own format");
    expect(look("e.sql", "")).toBe("it is empty");
    expect(look("e.sql.gz", gzipSync(""))).toBe("it is empty");
    expect(look("e.dump.gz", gzipSync(""))).toBe("it is empty");
    expect(look("f.json", "{}")).toBe("");
  });

  test.each(["d.dump", "d.pgdump", "d.pg_dump", "d.sql", "d"])(
    "in PostgreSQL's own format as %s: a sign that it was cut off, and none that it is whole",
    (name) => {
      // As pg_dump -Fc writes it: its head, a list, and at the end a length of 0.
      const whole = Buffer.concat([
        Buffer.from("PGDMP\x01\x0e\0"),
        Buffer.alloc(3000, "data"),
        Buffer.alloc(5),
      ]);
      expect(look(name, whole)).toBe("?");
      expect(look(`${name}.gz`, gzipSync(whole))).toBe("?");
      expect(look(name, whole.subarray(0, -2))).toContain("breaks off in the middle");
      expect(look(`${name}.gz`, gzipSync(whole.subarray(0, 2000)))).toContain("breaks off in the middle");
      expect(look(name, "PGDMP\x01")).toContain("too short");
      expect(look(name, "PGDMP\0\0\0\0\0\0")).toContain("too short");
    },
  );

  test("whose kind has no last words, or hides them: nothing is claimed", () => {
    for (const name of ["g.dump", "g.sql", "g.psql"]) {
      expect(look(name, "select 1;\n")).toBe("?");
      expect(look(`${name}.gz`, gzipSync("select 1;\n"))).toBe("?");
    }
  });
});

test("databases are known by their images", () => {
  const kinds = [
    "postgres:16",
    "docker.io/library/mariadb:11@sha256:ab",
    "ghcr.io/x/postgis:1",
    "mysql",
    "mongo:7",
  ];
  expect(kinds.map((image) => databaseIn(image)?.kind)).toEqual([
    "postgres",
    "mariadb",
    "postgres",
    "mysql",
    null,
  ]);
  expect(databaseIn("registry:5000/postgres-exporter:1")).toBe(undefined);
  expect(databaseIn("nginx:1")).toBe(undefined);
});
