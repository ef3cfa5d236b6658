import { mkdirSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { messageOf } from "../../../core/problem.ts";
import { cryptoStoreUnreadable } from "../../../core/problems/chat.ts";
import { databaseLocked } from "../../../core/problems/db.ts";
import type { Written } from "./holding.ts";
import type { IndexOptions, Key, KeyRange, StoreOptions } from "./idb.ts";
import { decodeKey, encodeKey } from "./keys.ts";

/** One change of an IndexedDB transaction, as it is written to the file. Values are serialised with node:v8. */
export type Change =
  | { kind: "put"; store: string; key: Key; value: Buffer }
  | { kind: "delete"; store: string; key: Key }
  | { kind: "deleteRange"; store: string; range: KeyRange }
  | { kind: "clear"; store: string }
  | { kind: "createStore"; store: string; options: StoreOptions }
  | { kind: "deleteStore"; store: string }
  | {
      kind: "createIndex";
      store: string;
      index: string;
      keyPath: string | string[];
      options: IndexOptions | undefined;
    }
  | { kind: "deleteIndex"; store: string; index: string }
  | { kind: "version"; version: number };

interface IndexDefinition {
  keyPath: string | string[];
  options?: IndexOptions;
}

/** The SQLite file behind one IndexedDB prefix. */
export interface OlmFile {
  /** Writes what IndexedDB transactions changed in one SQLite transaction; on disk when it returns. */
  flush(written: readonly Written<Change>[]): void;
  databases(): { name: string; version: number }[];
  stores(database: string): { name: string; options: StoreOptions }[];
  indexes(database: string): ({ store: string; name: string } & IndexDefinition)[];
  records(database: string, store: string): IterableIterator<{ key: string; value: Buffer }>;
  close(): void;
}

const schema = `
  CREATE TABLE IF NOT EXISTS idb_database (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS idb_store (database TEXT, name TEXT, options TEXT NOT NULL,
    PRIMARY KEY (database, name)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS idb_index (database TEXT, store TEXT, name TEXT, definition TEXT NOT NULL,
    PRIMARY KEY (database, store, name)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS idb_record (database TEXT, store TEXT, key TEXT, value BLOB NOT NULL,
    PRIMARY KEY (database, store, key)) STRICT;`;

/**
 * Opens the file and takes its lock: a second process working with the same keys would use a ratchet state twice.
 * Fails with a problem when another process holds it or when it is no such file.
 */
export function openOlmFile(file: string): OlmFile {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  let sqlite: Sqlite.Database | undefined;
  try {
    sqlite = new Sqlite(file, { timeout: 0 });
    sqlite.pragma("locking_mode = EXCLUSIVE");
    sqlite.pragma("journal_mode = WAL");
    sqlite.pragma("synchronous = FULL");
    sqlite.exec(`BEGIN EXCLUSIVE; ${schema} COMMIT;`);
  } catch (thrown) {
    sqlite?.close();
    if ((thrown as { code?: string }).code?.startsWith("SQLITE_BUSY") === true)
      throw databaseLocked({ file }, thrown);
    throw cryptoStoreUnreadable({ file, reason: messageOf(thrown) }, thrown);
  }
  return assemble(sqlite);
}

function assemble(sqlite: Sqlite.Database): OlmFile {
  const write = writer(sqlite);
  const databases = sqlite.prepare<[], { name: string; version: number }>(
    "select name, version from idb_database",
  );
  const stores = sqlite.prepare<[string], { name: string; options: string }>(
    "select name, options from idb_store where database = ?",
  );
  const indexes = sqlite.prepare<[string], { store: string; name: string; definition: string }>(
    "select store, name, definition from idb_index where database = ?",
  );
  const records = sqlite.prepare<[string, string], { key: string; value: Buffer }>(
    "select key, value from idb_record where database = ? and store = ?",
  );
  return {
    flush: sqlite.transaction((written: readonly Written<Change>[]) => {
      for (const { database, changes } of written) for (const change of changes) write(database, change);
    }),
    databases: () => databases.all(),
    stores: (database) =>
      stores
        .all(database)
        .map((row) => ({ name: row.name, options: JSON.parse(row.options) as StoreOptions })),
    indexes: (database) =>
      indexes.all(database).map(({ store, name, definition }) => ({
        store,
        name,
        ...(JSON.parse(definition) as IndexDefinition),
      })),
    records: (database, store) => records.iterate(database, store),
    close: () => sqlite.close(),
  };
}

function writer(sqlite: Sqlite.Database): (database: string, change: Change) => void {
  const put = sqlite.prepare("insert or replace into idb_record values (?, ?, ?, ?)");
  const remove = sqlite.prepare("delete from idb_record where database = ? and store = ? and key = ?");
  const clear = sqlite.prepare("delete from idb_record where database = ? and store = ?");
  const keys = sqlite
    .prepare<[string, string], string>("select key from idb_record where database = ? and store = ?")
    .pluck();
  const version = sqlite.prepare("insert or replace into idb_database values (?, ?)");
  const createStore = sqlite.prepare("insert or replace into idb_store values (?, ?, ?)");
  const deleteStore = sqlite.prepare("delete from idb_store where database = ? and name = ?");
  const createIndex = sqlite.prepare("insert or replace into idb_index values (?, ?, ?, ?)");
  const deleteIndexes = sqlite.prepare("delete from idb_index where database = ? and store = ?");
  const deleteIndex = sqlite.prepare("delete from idb_index where database = ? and store = ? and name = ?");

  return (database, change) => {
    switch (change.kind) {
      case "put":
        return void put.run(database, change.store, encodeKey(change.key), change.value);
      case "delete":
        return void remove.run(database, change.store, encodeKey(change.key));
      case "deleteRange":
        for (const key of keys.all(database, change.store))
          if (change.range.includes(decodeKey(key))) remove.run(database, change.store, key);
        return;
      case "clear":
        return void clear.run(database, change.store);
      case "createStore":
        return void createStore.run(database, change.store, JSON.stringify(change.options));
      case "deleteStore":
        deleteStore.run(database, change.store);
        deleteIndexes.run(database, change.store);
        return void clear.run(database, change.store);
      case "createIndex": {
        const { keyPath, options } = change;
        return void createIndex.run(
          database,
          change.store,
          change.index,
          JSON.stringify({ keyPath, options }),
        );
      }
      case "deleteIndex":
        return void deleteIndex.run(database, change.store, change.index);
      case "version":
        return void version.run(database, change.version);
    }
  };
}
