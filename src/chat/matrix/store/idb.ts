/**
 * The parts of IndexedDB that the durable store listens in on, as types and as the classes of fake-indexeddb. (The
 * DOM's own types are left out of this project on purpose: they would put a browser's globals into every file.)
 */
import * as fake from "fake-indexeddb";

/** A key as the specification has it: string, number, date, binary, or an array of keys. */
export type Key = string | number | Date | ArrayBuffer | ArrayBufferView | Key[];

export interface Request<T = unknown> {
  result: T;
  error: Error | null;
  transaction: Transaction | null;
  addEventListener(type: string, then: (event: IdbEvent) => void): void;
}
export interface IdbEvent {
  newVersion?: number | null;
  stopImmediatePropagation(): void;
}
export interface Transaction {
  db: Database;
  mode: "readonly" | "readwrite" | "versionchange";
  error: Error | null;
  objectStore(name: string): ObjectStore;
  addEventListener(type: string, then: (event: IdbEvent) => void): void;
}
export interface Database {
  name: string;
  createObjectStore(name: string, options?: StoreOptions): ObjectStore;
  deleteObjectStore(name: string): void;
  transaction(stores: string | string[], mode?: "readonly" | "readwrite", options?: unknown): Transaction;
  close(): void;
}
export interface StoreOptions {
  keyPath?: string | string[] | null;
  autoIncrement?: boolean;
}
export interface IndexOptions {
  unique?: boolean;
  multiEntry?: boolean;
}
export interface ObjectStore {
  name: string;
  keyPath: string | string[] | null;
  transaction: Transaction;
  put(value: unknown, key?: Key): Request<Key>;
  add(value: unknown, key?: Key): Request<Key>;
  delete(key: Key | KeyRange): Request;
  clear(): Request;
  createIndex(name: string, keyPath: string | string[], options?: IndexOptions): unknown;
  deleteIndex(name: string): void;
}
export interface Cursor {
  source: ObjectStore | { objectStore: ObjectStore };
  primaryKey: Key;
  update(value: unknown): Request<Key>;
  delete(): Request;
}
export interface KeyRange {
  includes(key: Key): boolean;
}
export interface Factory {
  open(name: string, version?: number): Request<Database>;
}

interface ClassOf<T> {
  prototype: T;
}
type Classes = Record<"IDBObjectStore", ClassOf<ObjectStore>> &
  Record<"IDBCursor", ClassOf<Cursor>> &
  Record<"IDBDatabase", ClassOf<Database>> &
  Record<"IDBFactory", ClassOf<Factory>> &
  Record<"IDBKeyRange", abstract new () => KeyRange> & { indexedDB: Factory };

export const idb = fake as unknown as Classes;

/** Puts IndexedDB where the crypto library looks for it. */
export function installIndexedDb(): void {
  for (const [name, value] of Object.entries(fake as Record<string, unknown>))
    if (name.startsWith("IDB") || name === "indexedDB")
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
