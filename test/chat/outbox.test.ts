import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { say } from "../../src/chat/message.ts";
import { openOutbox, transactionIdOf, type Claimed, type OutboxQueue } from "../../src/chat/outbox.ts";
import type { Outgoing, Room } from "../../src/chat/transport.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { MatrixId } from "../../src/core/terms.ts";
import { openDb, type Db } from "../../src/db/index.ts";

let db: Db;
let clock: FakeClock;
let outbox: OutboxQueue;

beforeEach(() => {
  db = openDb(path.join(mkdtempSync(path.join(tmpdir(), "tandem-outbox-")), "tandem.db"));
  clock = new FakeClock();
  outbox = openOutbox({ db, clock });
});
afterEach(() => db.close());

const message = (key: string, room: Room = "!a"): Outgoing => ({
  kind: "message",
  key,
  room,
  message: say(key),
});
const edit = (key: string, target: string): Outgoing => ({
  kind: "edit",
  key,
  room: "!a",
  target,
  message: say(key),
});
const claim = (): Claimed | undefined => outbox.claimNext(clock.now());
const send = (eventId: string): string | undefined => {
  const claimed = claim();
  if (claimed !== undefined) outbox.sent(claimed.key, eventId, "!a");
  return claimed?.key;
};

test("a key is said once, even when it is posted again after it was sent", () => {
  outbox.post(message("k"));
  outbox.post(message("k"));
  expect(outbox.depth()).toBe(1);
  expect(send("$k")).toBe("k");
  outbox.post(message("k"));
  expect(outbox.depth()).toBe(0);
  expect(outbox.eventIdOf("k")).toBe("$k");
  expect(outbox.keyOf("$k", "!a")).toBe("k");
  expect(outbox.keyOf("$k", "!b")).toBeUndefined();
});

test("post joins the open transaction, and wakes only after its commit", () => {
  const woken: boolean[] = [];
  outbox.onReady(() => woken.push(db.sqlite.inTransaction));
  expect(() =>
    db.tx(() => {
      outbox.post(message("lost"));
      throw new Error("rolled back");
    }),
  ).toThrow();
  expect(outbox.depth()).toBe(0);
  db.tx(() => outbox.post(message("kept")));
  expect(woken).toEqual([false]);
});

test("a room keeps its order, rooms do not wait for each other", () => {
  outbox.post(message("a1"));
  outbox.post(message("a2"));
  outbox.post(message("b1", "!b"));
  expect(claim()?.key).toBe("a1");
  expect(claim()?.key).toBe("b1");
  expect(claim()).toBeUndefined();
  outbox.retryLater("a1", clock.now() + 500, "the server is away");
  expect(claim()).toBeUndefined();
  expect(outbox.nextAt(clock.now())).toBe(clock.now() + 500);
  expect(outbox.claimNext(clock.now() + 500)).toMatchObject({ key: "a1", attempts: 1 });
  outbox.sent("a1", "$a1", "!a");
  expect(claim()?.key).toBe("a2");
});

test("what goes over the wire is stored and comes back after a restart", async () => {
  outbox.post(message("k"));
  expect(claim()?.wire).toBeUndefined();
  await outbox.storeWire("k", { ciphertext: "abc" });
  const again = openOutbox({ db, clock });
  expect(again.claimNext(clock.now())?.wire).toEqual({ ciphertext: "abc" });
  expect(again.keyOfTransaction(transactionIdOf("k"))).toBe("k");
  expect(again.keyOfTransaction("another")).toBeUndefined();
  expect(transactionIdOf("$event/reply")).toBe("bRaI3LQ1Dflu45C99i8Cq1zabgBuHjoTdX9yaFv3Dpg");
});

test("of the waiting edits only the newest is sent, two seconds after the one before", async () => {
  outbox.post(message("progress"));
  outbox.post(edit("e1", "key:progress"));
  expect(send("$p")).toBe("progress");
  expect(claim()).toMatchObject({ key: "e1", target: "$p" });
  outbox.post(edit("e2", "key:progress"));
  outbox.post(edit("e3", "$p"));
  outbox.sent("e1", "$e1", "!a");
  const state = (key: string): unknown =>
    db.sqlite.prepare("select state from outbox where key = ?").pluck().get(key);
  expect([state("e1"), state("e2"), state("e3")]).toEqual(["sent", "superseded", "queued"]);
  outbox.post(message("others are not held up"));
  expect(send("$o")).toBe("others are not held up");
  expect(claim()).toBeUndefined();
  expect(outbox.nextAt(clock.now())).toBe(clock.now() + 2000);
  await clock.turn(2000);
  expect(claim()?.key).toBe("e3");
});

test("what is about a message waits for its event id, and is refused with it", () => {
  outbox.post(message("question"));
  outbox.post({ kind: "reaction", key: "seed", room: "!a", target: "key:question", symbol: "❌" });
  outbox.post({ kind: "redaction", key: "gone", room: "!b", target: "key:never posted" });
  expect(claim()?.key).toBe("question");
  expect(claim()).toBeUndefined();
  outbox.refused("question", "the bot is not in this room");
  expect(outbox.depth()).toBe(0);
  expect(db.sqlite.prepare("select key, refusal from outbox order by seq").raw().all()).toEqual([
    ["question", "the bot is not in this room"],
    ["seed", "what it is about was not sent"],
    ["gone", "no message has the key that it is about"],
  ]);
});

test("a direct message takes the name of the room in which it was sent", () => {
  const bo = MatrixId.parse("@bo:example.coop");
  outbox.post(message("link", { direct: bo }));
  expect(claim()?.out.room).toEqual({ direct: bo });
  outbox.sent("link", "$l", "!with-bo");
  expect(outbox.keyOf("$l", "!with-bo")).toBe("link");
});

test("a message that its echo proved sent is not sent again", async () => {
  outbox.post(message("k"));
  claim();
  await outbox.storeWire("k", {});
  outbox.sent("k", "$first", "!a");
  outbox.sent("k", "$second", "!a");
  expect(outbox.eventIdOf("k")).toBe("$first");
  expect(claim()).toBeUndefined();
});

test("the echo of its first part proves a text sent, and not the files that go with it", async () => {
  outbox.post(message("k"));
  outbox.post(edit("later", "key:k"));
  claim();
  await outbox.storeWire("k", { parts: [{}, {}] });
  outbox.echoed("k", "$text", "!a");
  expect(outbox.eventIdOf("k")).toBe("$text");
  // The second part fails: it is sent again, from the same wire.
  outbox.retryLater("k", clock.now(), "the connection was lost");
  expect(claim()).toMatchObject({ key: "k", wire: { parts: [{}, {}] } });
  // Refused for good it leaves the text where it is, so that its edits still find it.
  outbox.refused("k", "413");
  expect(claim()?.key).toBe("later");
});

test("the echo of a message of one part proves it sent", async () => {
  outbox.post(message("k"));
  claim();
  await outbox.storeWire("k", { parts: [{}] });
  outbox.echoed("k", "$k", "!a");
  outbox.echoed("unknown", "$x", "!a");
  expect([outbox.depth(), outbox.eventIdOf("k")]).toEqual([0, "$k"]);
});

describe("what is for one person's eyes", () => {
  const key = "tdm_planted0123456789planted0123456789";
  const told = (forget: boolean): Outgoing => ({
    kind: "message",
    key: "k/private",
    room: { direct: MatrixId.parse("@ana:example.coop") },
    message: forget ? say("Your link.", { next: key }) : say("Your token.", { reveal: key }),
    ...(forget && { forget: true as const }),
  });
  const kept = (): string => JSON.stringify(db.sqlite.prepare("select * from outbox").all());

  test.each([true, false])(
    "stays whole for every try and is gone once it is sent (forget: %s)",
    async (by) => {
      outbox.post(told(by));
      const first = claim();
      await outbox.storeWire("k/private", { body: key });
      outbox.retryLater("k/private", clock.now(), "the server is away");
      const second = claim();
      expect(second?.out).toEqual(first?.out);
      expect(second?.wire).toEqual({ body: key });
      expect(kept()).toContain(key);
      outbox.sent("k/private", "$k", "!direct");
      expect(kept()).not.toContain(key);
      outbox.post(told(by));
      expect(kept()).not.toContain(key);
      expect(outbox.depth()).toBe(0);
      expect(outbox.eventIdOf("k/private")).toBe("$k");
    },
  );

  test("is gone as well when no room will ever take it, and from the file when it is closed", () => {
    outbox.post(told(true));
    claim();
    outbox.refused("k/private", "she has left");
    expect(kept()).not.toContain(key);
    db.close();
    expect(readFileSync(db.file).includes(key)).toBe(false);
    db = openDb(db.file);
  });

  test("anything else is kept as it was said", () => {
    outbox.post(message("k"));
    expect(send("$k")).toBe("k");
    expect(kept()).toContain('\\"text\\":\\"k\\"');
  });
});
