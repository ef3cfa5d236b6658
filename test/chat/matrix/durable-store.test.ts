import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import v8 from "node:v8";
import { describe, expect, test, vi } from "vitest";
import { openDurableStore } from "../../../src/chat/matrix/store/index.ts";
import {
  idb,
  type Database,
  type Key,
  type Request,
  type Transaction,
} from "../../../src/chat/matrix/store/idb.ts";
import { keepDatabases } from "../../../src/chat/matrix/store/journal.ts";
import { decodeKey, encodeKey } from "../../../src/chat/matrix/store/keys.ts";
import { openOlmFile } from "../../../src/chat/matrix/store/olm-file.ts";
import { Problem } from "../../../src/core/problem.ts";

const newFile = (): string => path.join(mkdtempSync(path.join(tmpdir(), "tandem-store-")), "olm.db");
const never = (problem: Problem): void => {
  throw problem;
};
const result = <T>(request: Request<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("failed")));
  });
const completed = (transaction: Transaction): Promise<void> =>
  new Promise((resolve) => transaction.addEventListener("complete", () => resolve()));

function open(
  name: string,
  version: number,
  upgrade: (database: Database, transaction: Transaction) => void,
): Promise<Database> {
  const request = idb.indexedDB.open(name, version);
  request.addEventListener("upgradeneeded", () => {
    if (request.transaction !== null) upgrade(request.result, request.transaction);
  });
  return result(request);
}

interface Readable {
  get(key: Key): Request;
  getAllKeys(): Request<Key[]>;
  index(name: string): { getAll(key: Key): Request<unknown[]> };
  openCursor(): Request<(Cursor & { value: { n: number } }) | null>;
}
interface Cursor {
  update(value: unknown): Request;
  delete(): Request;
  continue(): void;
}
const read = (database: Database, store: string): Readable =>
  database.transaction(store).objectStore(store) as unknown as Readable;

/** The keys that a kill would leave in the file: its copy, since the file itself is locked. */
function keysIn(file: string): Key[] {
  const copy = newFile();
  for (const part of ["", "-wal"]) copyFileSync(file + part, copy + part);
  const olmFile = openOlmFile(copy);
  const keys = [...olmFile.records("", "s")].map((record) => decodeKey(record.key));
  olmFile.close();
  return keys;
}

describe("the durable store", () => {
  test("has everything back after it was closed: puts, deletes, ranges, cursors, indexes, key paths", async () => {
    const file = newFile();
    const store = await openDurableStore(file, never);
    const database = await open(`${store.prefix}::crypto`, 3, (made) => {
      made.createObjectStore("sessions");
      made.createObjectStore("gone");
      made.createObjectStore("inline", { keyPath: "id" }).createIndex("by-room", "room", { unique: false });
      made.deleteObjectStore("gone");
    });
    const writing = database.transaction(["sessions", "inline"], "readwrite");
    const sessions = writing.objectStore("sessions");
    for (let n = 0; n < 6; n++) sessions.put({ n, bytes: new Uint8Array([n, 255]) }, ["room", n]);
    sessions.put("old", "twice");
    sessions.put("new", "twice");
    sessions.delete(["room", 0]);
    const ranges = idb.IDBKeyRange as unknown as { bound(from: Key, to: Key): Key };
    sessions.delete(ranges.bound(["room", 1], ["room", 2]));
    writing.objectStore("inline").put({ id: 7, room: "!a" });
    writing.objectStore("inline").put({ id: 8, room: "!b" });
    await completed(writing);

    const walking = database.transaction("sessions", "readwrite");
    const cursor = (walking.objectStore("sessions") as unknown as Readable).openCursor();
    cursor.addEventListener("success", () => {
      const here = cursor.result;
      if (here === null) return;
      if (here.value.n === 3) here.update({ n: 33, bytes: new Uint8Array([3]) });
      if (here.value.n === 4) here.delete();
      here.continue();
    });
    await completed(walking);
    database.close();
    store.close();

    const again = await openDurableStore(file, never);
    const back = await open(`${again.prefix}::crypto`, 3, () => expect.fail("the version is known"));
    const keys = await result(read(back, "sessions").getAllKeys());
    expect(keys).toEqual(["twice", ["room", 3], ["room", 5]]);
    expect(await result(read(back, "sessions").get("twice"))).toBe("new");
    expect(await result(read(back, "sessions").get(["room", 3]))).toEqual({
      n: 33,
      bytes: new Uint8Array([3]),
    });
    expect(await result(read(back, "inline").index("by-room").getAll("!b"))).toEqual([{ id: 8, room: "!b" }]);
    expect(() => read(back, "gone")).toThrow();
    back.close();
    again.close();
  });

  test("a transaction that was aborted leaves nothing behind", async () => {
    const file = newFile();
    const store = await openDurableStore(file, never);
    const database = await open(store.prefix, 1, (made) => made.createObjectStore("s"));
    const writing = database.transaction("s", "readwrite") as Transaction & { abort(): void };
    writing.objectStore("s").put("x", "k");
    const aborted = new Promise<void>((resolve) => writing.addEventListener("abort", () => resolve()));
    writing.abort();
    await aborted;
    database.close();
    store.close();
    const olmFile = openOlmFile(file);
    expect([...olmFile.records("", "s")]).toEqual([]);
    olmFile.close();
  });

  test("is on disk before whoever wrote hears of it", async () => {
    const order: string[] = [];
    const release = keepDatabases("ordered", (_name, changes) => {
      order.push(`flushed ${changes.map((change) => change.kind).join()}`);
    });
    const database = await open("ordered", 1, (made, transaction) => {
      transaction.addEventListener("complete", () => order.push("upgrade heard"));
      made.createObjectStore("s");
    });
    const writing = database.transaction("s", "readwrite") as Transaction & { oncomplete: () => void };
    writing.oncomplete = () => order.push("write heard");
    writing.objectStore("s").put(1, "k");
    await completed(writing);
    expect(order).toEqual(["flushed version,createStore", "upgrade heard", "flushed put", "write heard"]);
    release();
  });

  test("when the disk refuses, nobody hears that it is done", async () => {
    let refuse = false;
    let refused = 0;
    const release = keepDatabases("refused", () => {
      if (!refuse) return;
      refused++;
      throw new Error("database or disk is full");
    });
    const database = await open("refused", 1, (made) => made.createObjectStore("s"));
    refuse = true;
    let heard = false;
    const writing = database.transaction("s", "readwrite");
    writing.addEventListener("complete", () => (heard = true));
    await result(writing.objectStore("s").put(1, "k"));
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toBe(false);
    expect(refused).toBe(1);
    release();
  });

  test("after a change was lost no later one is written, and the process is told to end once", async () => {
    const file = newFile();
    const problems: Problem[] = [];
    const store = await openDurableStore(file, (problem) => problems.push(problem));
    const database = await open(store.prefix, 1, (made) => made.createObjectStore("s"));
    const put = async (value: unknown, key: string): Promise<void> => {
      await result(database.transaction("s", "readwrite").objectStore("s").put(value, key));
      for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
    };
    await put(1, "kept");
    const spy = vi.spyOn(v8, "serialize").mockReturnValueOnce("not bytes" as never);
    await put(2, "lost");
    spy.mockRestore();
    await put(3, "after it");
    expect(problems.map((problem) => problem.code)).toEqual(["crypto-store-unwritable"]);
    store.close();
    const olmFile = openOlmFile(file);
    expect([...olmFile.records("", "s")].map((record) => decodeKey(record.key))).toEqual(["kept"]);
    olmFile.close();
  });

  test("what is changed together is in the file in one piece at the end, also where it failed", async () => {
    const file = newFile();
    const store = await openDurableStore(file, never);
    const database = await open(store.prefix, 1, (made) => made.createObjectStore("s"));
    const put = async (key: string): Promise<void> => {
      const writing = database.transaction("s", "readwrite");
      writing.objectStore("s").put(1, key);
      await completed(writing);
    };
    const order: string[] = [];
    const working = store.together(async () => {
      await put("a");
      void store.onDisk().then(() => order.push("on disk"));
      const next = store.together(() => put("c"));
      expect(keysIn(file)).toEqual([]);
      await put("b");
      expect(keysIn(file)).toEqual([]);
      expect(store.isHolding()).toBe(true);
      order.push("worked");
      return { next };
    });
    const { next } = await working;
    expect(keysIn(file)).toEqual(["a", "b"]);
    await next;
    expect(order).toEqual(["worked", "on disk"]);
    const failing = store.together(async () => {
      await put("d");
      throw new Error("the homeserver does not answer");
    });
    await expect(failing).rejects.toThrow("the homeserver does not answer");
    expect(keysIn(file)).toEqual(["a", "b", "c", "d"]);
    expect(store.isHolding()).toBe(false);
    await store.onDisk();
    store.close();
  });

  test("what was held back and cannot be written fails for everybody who relies on it", async () => {
    const problems: Problem[] = [];
    const store = await openDurableStore(newFile(), (problem) => problems.push(problem));
    const database = await open(store.prefix, 1, (made) => made.createObjectStore("s"));
    const spy = vi.spyOn(v8, "serialize").mockReturnValueOnce("not bytes" as never);
    const refused: Promise<unknown>[] = [];
    const working = store.together(async () => {
      const writing = database.transaction("s", "readwrite");
      writing.objectStore("s").put(1, "k");
      await completed(writing);
      refused.push(expect(store.onDisk()).rejects.toThrow());
    });
    await expect(working).rejects.toThrow();
    spy.mockRestore();
    await Promise.all(refused);
    await expect(store.onDisk()).rejects.toThrow();
    expect(refused).toHaveLength(1);
    expect(problems.map((problem) => problem.code)).toEqual(["crypto-store-unwritable"]);
    store.close();
  });

  test("a file that is none is a problem", () => {
    const file = newFile();
    writeFileSync(file, "not a database, but long enough to be looked at");
    expect(() => openOlmFile(file)).toThrow(Problem);
  });
});

test("keys are the same key after they were text", () => {
  const keys: Key[] = ["a", 1.5, -0, new Date(5), ["x", 2, ["y"]], new Uint8Array([1, 2]).buffer];
  for (const key of keys) expect(decodeKey(encodeKey(key))).toEqual(key === 0 ? 0 : key);
  expect(encodeKey(new Uint8Array([9, 1, 2, 9]).subarray(1, 3))).toBe(
    encodeKey(new Uint8Array([1, 2]).buffer),
  );
  expect(encodeKey(1)).not.toBe(encodeKey("1"));
});
