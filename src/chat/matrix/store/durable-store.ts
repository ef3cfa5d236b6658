import v8 from "node:v8";
import { messageOf, type Problem } from "../../../core/problem.ts";
import { cryptoStoreUnwritable } from "../../../core/problems/chat.ts";
import { openHolding, type Holding } from "./holding.ts";
import { idb, type Database, type ObjectStore, type Request, type Transaction } from "./idb.ts";
import { keepDatabases, listenIn } from "./journal.ts";
import { decodeKey } from "./keys.ts";
import { openOlmFile, type Change, type OlmFile } from "./olm-file.ts";

/** `together`: killed while it is at work, the file is as it was before. */
export interface DurableStore extends Omit<Holding<Change>, "write"> {
  /** The IndexedDB name to open; databases that are called so, or `<prefix>::…`, are kept in the file. */
  readonly prefix: string;
  close(): void;
}

let opened = 0;

/**
 * An IndexedDB that is on disk: fake-indexeddb is the working set, the SQLite file its durable copy. A committed
 * transaction is in the file before the code that waits for it goes on, unless `together` holds it back. When the file
 * cannot be written, `stop` is called and the transaction never completes: the process has to end, since going on
 * could use a key twice.
 */
export async function openDurableStore(
  file: string,
  stop: (problem: Problem) => void,
): Promise<DurableStore> {
  listenIn();
  const olmFile = openOlmFile(file);
  const prefix = `olm${++opened}`;
  // Read back before anybody keeps the prefix, so that reading is not noted as change.
  for (const database of olmFile.databases()) await replay(olmFile, prefix, database);
  let isClosed = false;
  const holding = openHolding<Change>((written) => {
    // As after a kill: nothing that relies on them has left the process.
    if (isClosed) throw new Error("the store was closed while changes were held back");
    try {
      olmFile.flush(written);
    } catch (thrown) {
      stop(cryptoStoreUnwritable({ file, reason: messageOf(thrown) }, thrown));
      throw thrown;
    }
  });
  const release = keepDatabases(prefix, (database, changes) => holding.write({ database, changes }));
  return Object.assign(holding, {
    prefix,
    close() {
      release();
      isClosed = true;
      olmFile.close();
    },
  });
}

/** Builds the database in memory as the file has it. */
async function replay(
  file: OlmFile,
  prefix: string,
  { name, version }: { name: string; version: number },
): Promise<void> {
  const stores = file.stores(name);
  const request = idb.indexedDB.open(prefix + name, version);
  request.addEventListener("upgradeneeded", () => {
    for (const store of stores) request.result.createObjectStore(store.name, store.options);
    for (const { store, name: index, keyPath, options } of file.indexes(name))
      request.transaction?.objectStore(store).createIndex(index, keyPath, options);
  });
  const database = await succeeded(request);
  if (stores.length > 0) await fill(file, name, database);
  database.close();
}

async function fill(file: OlmFile, name: string, database: Database): Promise<void> {
  const stores = file.stores(name);
  const transaction = database.transaction(
    stores.map((store) => store.name),
    "readwrite",
  );
  const done = completed(transaction);
  for (const { name: store } of stores) {
    const objects: ObjectStore = transaction.objectStore(store);
    for (const { key, value } of file.records(name, store)) {
      // A store with a key path reads the key from the value and takes no other.
      if (objects.keyPath === null) objects.put(v8.deserialize(value), decodeKey(key));
      else objects.put(v8.deserialize(value));
    }
  }
  await done;
}

function succeeded<T>(request: Request<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("the request failed")));
  });
}

function completed(transaction: Transaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () =>
      reject(transaction.error ?? new Error("the transaction was aborted")),
    );
  });
}
