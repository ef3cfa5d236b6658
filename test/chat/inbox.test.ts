import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openInbox, type DurableInbox } from "../../src/chat/inbox.ts";
import type { Incoming } from "../../src/chat/transport.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { databaseLocked } from "../../src/core/problems/db.ts";
import { MatrixId } from "../../src/core/terms.ts";
import { openDb, type Db } from "../../src/db/index.ts";

let db: Db;
let clock: FakeClock;
let inbox: DurableInbox;
const bo = MatrixId.parse("@bo:example.coop");

beforeEach(() => {
  db = openDb(path.join(mkdtempSync(path.join(tmpdir(), "tandem-inbox-")), "tandem.db"));
  clock = new FakeClock();
  inbox = openInbox({ db, clock });
});
afterEach(() => db.close());

const reaction = (eventId: string): Incoming => ({
  kind: "reaction",
  eventId,
  room: "!room",
  sender: bo,
  at: 1,
  target: "$question",
  symbol: "✅",
});

async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
}

test("an event is kept once, and not at all when its transaction fails", () => {
  expect(inbox.keep(reaction("$1"))).toBe(true);
  expect(inbox.keep(reaction("$1"))).toBe(false);
  expect(() =>
    db.tx(() => {
      inbox.keep(reaction("$2"));
      throw new Error("the sync token could not be written");
    }),
  ).toThrow();
  expect(inbox.waiting()).toBe(1);
});

test("events are handed over in order, one at a time, and once", async () => {
  const heard: string[] = [];
  let together = 0;
  let most = 0;
  inbox.keep(reaction("$1"));
  const stop = inbox.pump(async (event) => {
    most = Math.max(most, ++together);
    await new Promise((resolve) => setImmediate(resolve));
    heard.push(event.eventId);
    together--;
  });
  inbox.keep(reaction("$2"));
  inbox.keep(reaction("$3"));
  await settle();
  expect({ heard, most, waiting: inbox.waiting() }).toEqual({
    heard: ["$1", "$2", "$3"],
    most: 1,
    waiting: 0,
  });
  await stop();
  inbox.keep(reaction("$4"));
  await settle();
  expect(heard).toHaveLength(3);
});

test("a failing listener holds the line with growing waits; after eight attempts the event is set aside", async () => {
  const heard: string[] = [];
  const given: string[] = [];
  inbox.keep(reaction("$bad"));
  inbox.keep(reaction("$good"));
  const stop = inbox.pump(
    (event) => {
      heard.push(event.eventId);
      return event.eventId === "$bad" ? Promise.reject(new Error("the disk said no")) : Promise.resolve();
    },
    { onSetAside: (event, reason) => given.push(`${event.eventId} ${String(reason)}`) },
  );
  await settle();
  expect(heard).toEqual(["$bad"]);
  await clock.turn(249);
  expect(heard).toEqual(["$bad"]);
  await clock.turn(1);
  await settle();
  expect(heard).toEqual(["$bad", "$bad"]);
  for (let turns = 0; turns < 8; turns++) {
    await clock.turn(32_000);
    await settle();
  }
  expect(heard.filter((id) => id === "$bad")).toHaveLength(8);
  expect(heard.at(-1)).toBe("$good");
  expect(given).toEqual(["$bad Error: the disk said no"]);
  expect(inbox.setAside()).toEqual([{ event: reaction("$bad"), fault: "the disk said no", attempts: 8 }]);
  await stop();
});

test("attempts are remembered over restarts, and a problem is final at once", async () => {
  inbox.keep(reaction("$1"));
  let stop = inbox.pump(() => Promise.reject(new Error("no")));
  await settle();
  await stop();
  expect(db.sqlite.prepare("select attempts from inbox").pluck().get()).toBe(1);
  const given: string[] = [];
  stop = openInbox({ db, clock }).pump(() => Promise.reject(databaseLocked({ file: "x" })), {
    onSetAside: (event) => given.push(event.eventId),
  });
  await settle();
  expect(given).toEqual(["$1"]);
  await stop();
});

test("an event that ends the process whenever it is handled is set aside at the fourth start after the first", async () => {
  const heard: string[] = [];
  const given: string[] = [];
  /** A start whose process never comes back from the event; what follows is another process with the same file. */
  const start = async (): Promise<void> => {
    inbox.pump(
      (event) => {
        heard.push(event.eventId);
        return event.eventId === "$deadly" ? new Promise(() => undefined) : Promise.resolve();
      },
      { onSetAside: (event, reason) => given.push(`${event.eventId}: ${String(reason)}`) },
    );
    await settle();
  };
  const begun = start();
  inbox.keep(reaction("$deadly"));
  inbox.keep(reaction("$next"));
  await begun;
  for (let starts = 0; starts < 3; starts++) await start();
  expect([heard, given]).toEqual([["$deadly", "$deadly", "$deadly", "$deadly"], []]);
  await start();
  expect(heard.at(-1)).toBe("$next");
  expect(given).toEqual(["$deadly: Error: Tandem ended 3 times while this was handled first after a start"]);
  expect(inbox.setAside()).toMatchObject([{ event: { eventId: "$deadly" } }]);
});

test("what waits at a start and is handled then is not held against it; no other event costs a write more", async () => {
  const writes: string[] = [];
  const stored = db.write.bind(db);
  db.write = (work) => {
    writes.push("");
    return stored(work);
  };
  for (let starts = 0; starts < 6; starts++) {
    inbox.keep(reaction(`$${starts}a`));
    const stop = inbox.pump(() => Promise.resolve());
    await settle();
    inbox.keep(reaction(`$${starts}b`));
    await settle();
    await stop();
  }
  expect(inbox.setAside()).toEqual([]);
  // Each event once, and each start once.
  expect(writes).toHaveLength(6 * 3);
});

test("of one sender in one room fifty events wait for their keys: anybody can make up sessions", () => {
  const kept = (n: number, room: string, sender: string): boolean =>
    inbox.keepUnreadable({ eventId: `$${sender}${room}${n}`, room, session: `s${n}`, raw: { sender } });
  const fresh = Array.from({ length: 60 }, (_, n) => kept(n, "!room", "@eve:elsewhere.example"));
  expect(fresh.filter(Boolean)).toHaveLength(50);
  expect([kept(1, "!room", "@bo:example.coop"), kept(1, "!other", "@eve:elsewhere.example")]).toEqual([
    true,
    true,
  ]);
  inbox.nowReadable("$@eve:elsewhere.example!room3", undefined);
  expect(kept(60, "!room", "@eve:elsewhere.example")).toBe(true);
});

test("what could not be read takes its old place once its key comes", async () => {
  inbox.keepUnreadable({ eventId: "$locked", room: "!room", session: "s1", raw: { a: 1 } });
  inbox.keepUnreadable({ eventId: "$other", room: "!room", session: "s2", raw: {} });
  inbox.keep(reaction("$later"));
  expect(inbox.unreadable("!room", "s1").map((event) => [event.eventId, event.raw])).toEqual([
    ["$locked", { a: 1 }],
  ]);
  expect(inbox.unreadable()).toHaveLength(2);
  inbox.nowReadable("$locked", reaction("$locked"));
  inbox.nowReadable("$other", undefined);
  const heard: string[] = [];
  const stop = inbox.pump((event) => {
    heard.push(event.eventId);
    return Promise.resolve();
  });
  await settle();
  expect(heard).toEqual(["$locked", "$later"]);
  expect(inbox.unreadable()).toEqual([]);
  await stop();
});

test("handled events can be forgotten after their time, waiting ones cannot", async () => {
  inbox.keep(reaction("$old"));
  const stop = inbox.pump(() => Promise.resolve());
  await settle();
  await stop();
  inbox.keep(reaction("$waiting"));
  await clock.turn(1000);
  expect(inbox.forget(clock.now())).toBe(1);
  expect(inbox.waiting()).toBe(1);
});
