import { mkdirSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { drizzle, type BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import { databaseLocked, databaseUnreadable } from "../core/problems/db.ts";
import { messageOf } from "../core/problem.ts";
import { GroupCommit } from "./group-commit.ts";
import * as schema from "./schema/index.ts";

export type Orm = BetterSQLite3Database<typeof schema>;

export interface Db {
  readonly file: string;
  /** Raw access for prepared statements and pragmas. */
  readonly sqlite: Database.Database;
  readonly orm: Orm;
  /**
   * Runs `change` in one transaction now; joins the transaction that is already open. Throws what `change`
   * throws.
   */
  tx<T>(change: () => T): T;
  /**
   * Runs `change` in the commit that all writes of this turn share; resolves once it is on disk. `change` may
   * run twice.
   */
  write<T>(change: () => T): Promise<T>;
  /** Called after the commit that makes `tx` or `write` durable, in order; at once when no transaction is open. */
  afterCommit(then: () => void): void;
  close(): void;
}

const migrationsFolder = path.join(import.meta.dirname, "../../migrations");

/**
 * Opens the database, takes its lock for this process and brings the schema up to date (twice is harmless), unless it
 * is a copy that is only looked at: `migrates` false.
 * Fails with a problem when another process holds it, when the disk is full or when the file is no database.
 */
export function openDb(file: string, { migrates = true }: { migrates?: boolean } = {}): Db {
  let sqlite: Database.Database | undefined;
  try {
    if (file !== ":memory:") mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    sqlite = new Database(file, { timeout: 0 });
    prepare(sqlite);
    const orm = drizzle(sqlite, { schema });
    if (migrates) migrate(orm, { migrationsFolder });
    return assemble(file, sqlite, orm);
  } catch (thrown) {
    sqlite?.close();
    if ((thrown as { code?: string }).code?.startsWith("SQLITE_BUSY") === true)
      throw databaseLocked({ file }, thrown);
    throw databaseUnreadable({ file, reason: messageOf(thrown) }, thrown);
  }
}

function prepare(sqlite: Database.Database): void {
  // Exclusive first: in WAL mode it keeps the lock from the first write until close, so a second process is refused.
  sqlite.pragma("locking_mode = EXCLUSIVE");
  sqlite.pragma("journal_mode = WAL");
  // better-sqlite3 builds WAL files with NORMAL, which may lose the last commits when the power goes.
  sqlite.pragma("synchronous = FULL");
  sqlite.pragma("foreign_keys = ON");
  // What is deleted or overwritten, such as a key that was sent, leaves no trace in freed space of its pages.
  sqlite.pragma("secure_delete = FAST");
  sqlite.exec("BEGIN EXCLUSIVE; COMMIT;");
  const synchronous = sqlite.pragma("synchronous", { simple: true });
  if (synchronous !== 2) throw new Error(`synchronous is ${String(synchronous)}, not FULL`);
}

function assemble(file: string, sqlite: Database.Database, orm: Orm): Db {
  const commits = new GroupCommit(sqlite);
  return {
    file,
    sqlite,
    orm,
    tx: (change) => commits.now(change),
    write: (change) => commits.soon(change),
    afterCommit: (then) => commits.afterCommit(then),
    close: () => {
      commits.flush();
      sqlite.close();
    },
  };
}
