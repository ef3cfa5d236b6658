/**
 * The physical limit, like with like: the very statements and commits of an engine's run are recorded, then written
 * again by bare better-sqlite3 into a fresh file with the same schema, FULL sync, and nothing in between.
 */
import { GroupCommit } from "../../src/db/group-commit.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { freshFile } from "./story.ts";

export interface Written {
  sql: string[];
  /** Per commit: pairs of statement number and values. */
  commits: { statement: number; values: unknown[] }[][];
}

/** A database that notes what is written through it. */
export function recordingDb(db: Db): { db: Db; written: Written } {
  const written: Written = { sql: [], commits: [] };
  let open: Written["commits"][number] = [];
  const prepare = (sql: string): unknown => {
    const real = db.sqlite.prepare(sql);
    if (sql === "COMMIT") {
      return { run: () => (written.commits.push(open), (open = []), real.run()) };
    }
    if (/^\s*(select|BEGIN)/i.test(sql)) return real;
    const statement = written.sql.push(sql) - 1;
    return {
      run: (...values: unknown[]) => (open.push({ statement, values }), real.run(...values)),
    };
  };
  const sqlite = new Proxy(db.sqlite, {
    get(target, name) {
      if (name === "prepare") return prepare;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  const commits = new GroupCommit(sqlite);
  return {
    written,
    db: {
      ...db,
      sqlite: sqlite,
      tx: (change) => commits.now(change),
      write: (change) => commits.soon(change),
      afterCommit: (then) => commits.afterCommit(then),
    },
  };
}

export const rowsOf = ({ commits }: Written): number =>
  commits.reduce((sum, commit) => sum + commit.length, 0);

/** Writes it all again, bare; ms. */
export function writeAgain({ sql, commits }: Written): number {
  const db = openDb(freshFile("physical.db"));
  const statements = sql.map((text) => db.sqlite.prepare(text));
  const begin = db.sqlite.prepare("BEGIN IMMEDIATE");
  const commit = db.sqlite.prepare("COMMIT");
  const from = performance.now();
  for (const writes of commits) {
    if (writes.length === 0) continue;
    begin.run();
    for (const { statement, values } of writes) statements[statement]?.run(...values);
    commit.run();
  }
  const ms = performance.now() - from;
  db.close();
  return ms;
}
