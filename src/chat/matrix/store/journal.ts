/**
 * Listens in on IndexedDB: every change that a transaction makes is noted, and when the transaction completes, the
 * notes are handed to whoever keeps that database, before anybody else hears of it. Patches the specification-level
 * prototypes of fake-indexeddb, so nothing depends on how it works inside. Databases that nobody keeps are
 * left alone.
 */
import v8 from "node:v8";
import { idb, installIndexedDb, type Cursor, type Database, type ObjectStore } from "./idb.ts";
import type { Request, Transaction } from "./idb.ts";
import type { Change } from "./olm-file.ts";

/**
 * Who keeps a database. What it was given is safe when it returns. When it throws, the memory says committed and the
 * disk does not: whoever waits for the transaction never hears that it is done, and the keeper has to end the process.
 */
export type Keeper = (database: string, changes: readonly Change[]) => void;

/** A change whose key is known only once the request succeeds (auto-increment, key path). */
type Noted = Exclude<Change, { kind: "put" }> | { kind: "put"; store: string; key?: never; put: PendingPut };
interface PendingPut {
  key: unknown;
  value: Buffer;
}

const keepers = new Map<string, Keeper>();
const journals = new WeakMap<Transaction, Noted[]>();
const upgrading = new WeakMap<Database, Transaction>();
let installed = false;

/** Puts IndexedDB in its place and listens in. Twice is harmless. */
export function listenIn(): void {
  if (installed) return;
  installed = true;
  installIndexedDb();
  patchFactory();
  patchDatabase();
  patchStore();
  patchCursor();
}

/** Sends the changes of every database called `prefix` or `<prefix>::…` to `keeper`. Answers how to end it. */
export function keepDatabases(prefix: string, keeper: Keeper): () => void {
  listenIn();
  keepers.set(prefix, keeper);
  return () => keepers.delete(prefix);
}

function keeperOf(database: string): [string, Keeper] | undefined {
  for (const [prefix, keeper] of keepers)
    if (database === prefix || database.startsWith(`${prefix}::`)) return [prefix, keeper];
  return undefined;
}

/** Begins the notes of a transaction. Called where it is made, so that ours is the first `complete` listener. */
function begin(transaction: Transaction): void {
  const kept = keeperOf(transaction.db.name);
  if (kept === undefined) return;
  const [prefix, keeper] = kept;
  const noted: Noted[] = [];
  journals.set(transaction, noted);
  // Names are stored without the prefix, which is only a name inside this process.
  const name = transaction.db.name.slice(prefix.length);
  transaction.addEventListener("complete", (event) => {
    const changes = noted.flatMap(settled);
    if (changes.length === 0) return;
    try {
      keeper(name, changes);
    } catch {
      event.stopImmediatePropagation();
    }
  });
}

/** A put whose request failed changed nothing. */
function settled(noted: Noted): Change[] {
  if (noted.kind !== "put") return [noted];
  const { key, value } = noted.put;
  return key === undefined ? [] : [{ kind: "put", store: noted.store, key: key as string, value }];
}

function note(transaction: Transaction, noted: Noted): void {
  journals.get(transaction)?.push(noted);
}

function notePut(store: ObjectStore, value: unknown, request: () => Request): Request {
  if (!journals.has(store.transaction)) return request();
  const put: PendingPut = { key: undefined, value: v8.serialize(value) };
  const made = request();
  made.addEventListener("success", () => (put.key = made.result));
  note(store.transaction, { kind: "put", store: store.name, put });
  return made;
}

/** Replaces a method by one that is given the original, bound. */
function patch<T extends object>(
  prototype: T,
  name: keyof T,
  by: (self: T, args: unknown[], original: (...args: unknown[]) => unknown) => unknown,
): void {
  const original = prototype[name] as (...args: unknown[]) => unknown;
  Object.defineProperty(prototype, name, {
    configurable: true,
    writable: true,
    value(this: T, ...args: unknown[]) {
      return by(this, args, (...given) => original.apply(this, given));
    },
  });
}

function patchFactory(): void {
  patch(idb.IDBFactory.prototype, "open", (_self, args, original) => {
    const request = original(...args) as Request<Database>;
    request.addEventListener("upgradeneeded", (event) => {
      if (request.transaction === null) return;
      begin(request.transaction);
      upgrading.set(request.result, request.transaction);
      note(request.transaction, { kind: "version", version: event.newVersion ?? 1 });
    });
    return request;
  });
}

function patchDatabase(): void {
  const { prototype } = idb.IDBDatabase;
  patch(prototype, "transaction", (_self, args, original) => {
    const transaction = original(...args) as Transaction;
    if (transaction.mode === "readwrite") begin(transaction);
    return transaction;
  });
  patch(prototype, "createObjectStore", (self, args, original) => {
    const store = original(...args);
    const [name, options] = args as [string, { keyPath?: string | string[]; autoIncrement?: boolean }?];
    const transaction = upgrading.get(self);
    const plain = { keyPath: options?.keyPath ?? null, autoIncrement: options?.autoIncrement === true };
    if (transaction) note(transaction, { kind: "createStore", store: name, options: plain });
    return store;
  });
  patch(prototype, "deleteObjectStore", (self, args, original) => {
    original(...args);
    const transaction = upgrading.get(self);
    if (transaction) note(transaction, { kind: "deleteStore", store: args[0] as string });
  });
}

function patchStore(): void {
  const { prototype } = idb.IDBObjectStore;
  for (const name of ["put", "add"] as const)
    patch(prototype, name, (self, args, original) =>
      notePut(self, args[0], () => original(...args) as Request),
    );
  patch(prototype, "delete", (self, args, original) => {
    const request = original(...args);
    const [key] = args;
    note(
      self.transaction,
      key instanceof idb.IDBKeyRange
        ? { kind: "deleteRange", store: self.name, range: key }
        : { kind: "delete", store: self.name, key: key as string },
    );
    return request;
  });
  patch(prototype, "clear", (self, args, original) => {
    const request = original(...args);
    note(self.transaction, { kind: "clear", store: self.name });
    return request;
  });
  patch(prototype, "createIndex", (self, args, original) => {
    const made = original(...args);
    const [index, keyPath, given] = args as [
      string,
      string | string[],
      { unique?: boolean; multiEntry?: boolean }?,
    ];
    const options = given && { unique: given.unique === true, multiEntry: given.multiEntry === true };
    note(self.transaction, { kind: "createIndex", store: self.name, index, keyPath, options });
    return made;
  });
  patch(prototype, "deleteIndex", (self, args, original) => {
    original(...args);
    note(self.transaction, { kind: "deleteIndex", store: self.name, index: args[0] as string });
  });
}

function patchCursor(): void {
  const storeOf = (cursor: Cursor): ObjectStore =>
    "objectStore" in cursor.source ? cursor.source.objectStore : cursor.source;
  const { prototype } = idb.IDBCursor;
  patch(prototype, "update", (self, args, original) =>
    notePut(storeOf(self), args[0], () => original(...args) as Request),
  );
  patch(prototype, "delete", (self, args, original) => {
    const key = self.primaryKey;
    const request = original(...args);
    const store = storeOf(self);
    note(store.transaction, { kind: "delete", store: store.name, key });
    return request;
  });
}
