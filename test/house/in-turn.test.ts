/** One command that looks for long, such as at a host that hangs, and everybody else in the rooms. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openInbox, type DurableInbox } from "../../src/chat/inbox.ts";
import { render } from "../../src/chat/render.ts";
import type { Incoming, Outgoing } from "../../src/chat/transport.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { inTurn } from "../../src/house/in-turn.ts";

let db: Db;
let clock: FakeClock;
let inbox: DurableInbox;
let handled: string[];
let posted: Outgoing[];
let logged: object[];
/** Ends the handling of an event: well, or with what is thrown. */
let ends: Map<string, (thrown?: Error) => void>;
let stop: () => Promise<void>;

beforeEach(() => {
  db = openDb(":memory:");
  clock = new FakeClock();
  inbox = openInbox({ db, clock });
  [handled, posted, logged] = [[], [], []];
  ends = new Map();
  const listener = (event: Incoming): Promise<void> => {
    handled.push(event.eventId);
    if (!event.eventId.startsWith("$slow")) return Promise.resolve();
    return new Promise((done, failed) =>
      ends.set(event.eventId, (thrown) => (thrown === undefined ? done() : failed(thrown))),
    );
  };
  const turns = inTurn(listener, {
    ...{ clock, threads: false, outbox: { post: (out) => void posted.push(out) } },
    log: { warn: (facts: object) => void logged.push(facts) } as never,
  });
  const stopPump = inbox.pump(turns.listener);
  stop = async () => {
    turns.stop();
    for (const end of ends.values()) end();
    await stopPump();
  };
});
afterEach(async () => {
  await stop();
  db.close();
});

const hear = (eventId: string): void =>
  void inbox.keep({
    ...{
      kind: "message",
      eventId,
      room: "!room",
      sender: "@bo:a.coop" as never,
      at: 0,
      text: "recipe show x",
    },
    ...{ mentioned: false, direct: false, trust: "verified" },
  });
const settle = async (): Promise<void> => {
  for (let n = 0; n < 10; n++) await new Promise((settled) => setImmediate(settled));
};

test("the others wait ten seconds for it, not until it ends; whoever asked is told, once", async () => {
  hear("$slow");
  hear("$next");
  await clock.turn(9999);
  expect([handled, posted]).toEqual([["$slow"], []]);
  await clock.turn(1);
  await settle();
  expect(handled).toEqual(["$slow", "$next"]);
  expect(posted).toMatchObject([{ key: "$slow/looking", room: "!room", replyTo: "$slow" }]);
  const [told] = posted;
  expect(told?.kind === "message" && render(told.message).body).toBe(
    "Looking takes longer than 10 s. The answer follows here as soon as there is one.\n\n" +
      "If none has come after three minutes, say it again: nothing was changed.",
  );
  ends.get("$slow")?.();
  await settle();
  expect([inbox.waiting(), handled, posted.length, logged]).toEqual([0, ["$slow", "$next"], 1, []]);
});

test("one that is done in time is not told of, and one that fails in time is tried again", async () => {
  hear("$slow");
  await settle();
  ends.get("$slow")?.(new Error("the outbox takes nothing"));
  await settle();
  await clock.turn(1000);
  await settle();
  expect(handled).toEqual(["$slow", "$slow"]);
  ends.get("$slow")?.();
  await clock.turn(60_000);
  await settle();
  expect([inbox.waiting(), posted, logged]).toEqual([0, [], []]);
});

test("one that fails later ends nothing but itself", async () => {
  hear("$slow");
  await clock.turn(10_000);
  await settle();
  ends.get("$slow")?.(new Error("the outbox takes nothing"));
  await settle();
  expect(logged).toMatchObject([{ event: "$slow", err: { message: "the outbox takes nothing" } }]);
  hear("$next");
  await settle();
  expect(handled).toEqual(["$slow", "$next"]);
});

test("ten go on beside the others, the next one is waited for", async () => {
  for (let n = 0; n < 12; n++) hear(`$slow${n}`);
  for (let n = 0; n < 20; n++) {
    await clock.turn(10_000);
    await settle();
  }
  expect(handled).toHaveLength(11);
  ends.get("$slow10")?.();
  await settle();
  expect(handled).toHaveLength(12);
});
