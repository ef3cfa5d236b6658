import { afterEach, beforeEach, expect, test } from "vitest";
import { openInbox, type DurableInbox } from "../../src/chat/inbox.ts";
import { say } from "../../src/chat/message.ts";
import { openOutbox, type OutboxQueue } from "../../src/chat/outbox.ts";
import type { Outgoing } from "../../src/chat/transport.ts";
import { durationMs, FakeClock, isoOf } from "../../src/core/clock.ts";
import { openDb, schema, type Db } from "../../src/db/index.ts";
import { keepHouse } from "../../src/house/housekeeping.ts";

const room = "!room:example.coop";
const day = durationMs("1d");
let db: Db;
let clock: FakeClock;
let inbox: DurableInbox;
let outbox: OutboxQueue;
let logged: object[];
let stop: () => void;
/** Runs by their end; null: not over. */
let runs: Record<string, number | null>;

beforeEach(() => {
  db = openDb(":memory:");
  clock = new FakeClock();
  [inbox, outbox] = [openInbox({ db, clock }), openOutbox({ db, clock })];
  logged = [];
  runs = {};
  const note = (facts: object): void => void logged.push(facts);
  stop = keepHouse({
    ...{ db, inbox, clock, keepRunsDays: 365, log: { info: note, error: note } as never },
    engine: {
      prune: () => Promise.resolve({ runs: 0, steps: 0, signals: 0 }),
      show: (id) => (id in runs ? ({ finishedAt: runs[id] } as never) : undefined),
    },
  });
});
afterEach(() => {
  stop();
  db.close();
});

const post = (out: Partial<Outgoing> & { key: string }): void =>
  outbox.post({ kind: "message", room, message: say(`This is ${out.key}.`), ...out } as Outgoing);
/** Sends all that may be sent. */
function send(): void {
  for (let claimed = outbox.claimNext(clock.now()); claimed; claimed = outbox.claimNext(clock.now()))
    outbox.sent(claimed.key, `$of ${claimed.key}`, room);
}
/** Turns the clock, with time for what housekeeping does when its hour comes. */
async function pass(days: number): Promise<void> {
  for (let n = 0; n < days; n++) {
    await clock.turn(day);
    for (let turn = 0; turn < 40; turn++) await new Promise((settled) => setImmediate(settled));
  }
}
const rowsIn = <T>(what: string): T[] => db.sqlite.prepare<[], T>(`select ${what}`).pluck().all();
const keys = (): string[] => rowsIn<string>("key from outbox order by seq");

test("what was sent needs its ciphertext no more", async () => {
  post({ key: "$1/reply" });
  outbox.claimNext(clock.now());
  await outbox.storeWire("$1/reply", { ciphertext: "abc" });
  expect(rowsIn("wire from outbox")).toEqual(['{"ciphertext":"abc"}']);
  outbox.sent("$1/reply", "$sent", room);
  expect(rowsIn("wire from outbox")).toEqual([null]);
});

test("answers and the messages of runs that are over go after 60 days, those of other runs stay whole", async () => {
  runs = { bakor: clock.now(), midas: null, tolek: clock.now() + 30 * day };
  for (const run of Object.keys(runs)) {
    post({ key: `${run}/progress` });
    post({ key: `${run}/ask/question` });
    post({ kind: "reaction", key: `${run}/ask/seed/❌`, target: `key:${run}/ask/question`, symbol: "❌" });
  }
  for (const key of ["$1/reply", "$2/aside/!a"]) post({ key });
  send();
  const before = keys();
  await pass(59);
  expect(keys()).toEqual(before);
  await pass(3);
  const kept = ["progress", "ask/question", "ask/seed/❌"];
  expect(keys()).toEqual(["midas", "tolek"].flatMap((run) => kept.map((part) => `${run}/${part}`)));
  // A question of months is still found by those who react to it, and still edited.
  expect(outbox.keyOf("$of midas/ask/question", room)).toBe("midas/ask/question");
  post({ kind: "edit", key: "midas/ask/edit/1", target: "key:midas/ask/question" });
  send();
  expect(outbox.eventIdOf("midas/ask/edit/1")).toBe("$of midas/ask/edit/1");
  // Said once is said once, however long the run goes on.
  post({ key: "midas/progress" });
  expect(outbox.depth()).toBe(0);
});

test("a notice for a reason that lasts is not said again: its key stays when its text goes", async () => {
  post({ key: "billing/remind/7/2026-10-01/first" });
  send();
  await pass(62);
  expect(rowsIn("content from outbox")).toEqual(["{}"]);
  post({ key: "billing/remind/7/2026-10-01/first" });
  expect(outbox.depth()).toBe(0);
});

test("what still waits to be sent stays, and what it is about", async () => {
  runs = { bakor: clock.now() };
  post({ key: "bakor/progress" });
  send();
  post({ kind: "edit", key: "bakor/progress/1", target: "key:bakor/progress" });
  await pass(70);
  expect(keys()).toEqual(["bakor/progress", "bakor/progress/1"]);
  send();
  expect(outbox.eventIdOf("bakor/progress/1")).toBe("$of bakor/progress/1");
});

test("edits that were overtaken before they were sent go after a day, others stay", async () => {
  runs = { bakor: null };
  post({ key: "bakor/progress" });
  for (let n = 0; n < 1200; n++)
    post({ kind: "edit", key: `bakor/progress/${n}`, target: "key:bakor/progress" });
  const sizes: unknown[] = [];
  const write = db.write.bind(db);
  db.write = async (change) => {
    const touched = await write(change);
    sizes.push(touched);
    return touched;
  };
  await pass(2);
  expect(keys()).toEqual(["bakor/progress", "bakor/progress/1199"]);
  // In small transactions, so that nobody has to wait long.
  expect(sizes.filter((size) => size !== 0)).toEqual([500, 500, 199]);
});

test("events are forgotten after 60 days, also those that were set aside, never those that wait", async () => {
  const ages = { done: 0, aside: 0, pending: 0, undecryptable: 0 };
  for (const state of Object.keys(ages))
    db.orm
      .insert(schema.inbox)
      .values({
        eventId: `$${state}`,
        room,
        event: "{}",
        state: state as "done",
        arrivedAt: isoOf(clock.now()),
      })
      .run();
  await pass(59);
  expect(rowsIn("count(*) from inbox")).toEqual([4]);
  await pass(3);
  expect(rowsIn("state from inbox")).toEqual(["pending", "undecryptable"]);
});

test("answers go after 30 days, dead links after a day, revoked tokens after 60", async () => {
  const now = clock.now();
  const { answered, signInLink, apiToken } = schema;
  db.orm
    .insert(answered)
    .values({ key: "bo $1", outcome: "{}", at: isoOf(now) })
    .run();
  for (const [hash, spentAt] of [
    ["spent", now],
    ["unused", null],
  ] as const)
    db.orm
      .insert(signInLink)
      .values({ hash, member: "bo", expiresAt: now + 300_000, spentAt })
      .run();
  for (const [hash, revokedAt] of [
    ["living", null],
    ["revoked", now],
  ] as const)
    db.orm.insert(apiToken).values({ hash, member: "bo", label: hash, createdAt: now, revokedAt }).run();
  const left = (): number[] =>
    ["answered", "sign_in_link", "api_token"].map(
      (table) => rowsIn<number>(`count(*) from ${table}`)[0] ?? 0,
    );
  await clock.turn(durationMs("2h"));
  expect(left()).toEqual([1, 2, 2]);
  await pass(2);
  expect(left()).toEqual([1, 0, 2]);
  await pass(30);
  expect(left()).toEqual([0, 0, 2]);
  await pass(30);
  expect(rowsIn("hash from api_token")).toEqual(["living"]);
});

test("which reactions were judged is known as long as their question is open", async () => {
  const ask = {
    ...{ run: "bakor", step: "ask", question: "{}", subject: "x", fromRole: "member", needed: 1, binds: "h" },
    ...{
      beneficiaries: "[]",
      weight: "light" as const,
      openedAt: clock.now(),
      expiresAt: clock.now() + 365 * day,
    },
  };
  for (const [id, status] of [
    ["open", "open"],
    ["over", "declined"],
  ] as const) {
    const settledAt = status === "open" ? null : clock.now();
    db.orm
      .insert(schema.approval)
      .values({ ...ask, id, status, settledAt })
      .run();
    db.orm
      .insert(schema.reactionHeard)
      .values({ eventId: `$${id}`, approval: id, saidAt: 0 })
      .run();
  }
  await pass(59);
  expect(rowsIn("count(*) from reaction_heard")).toEqual([2]);
  await pass(3);
  expect(rowsIn("event_id from reaction_heard")).toEqual(["$open"]);
});

test("what could not be pruned is told, and done the next day", async () => {
  const write = db.write.bind(db);
  post({ key: "$1/reply" });
  send();
  await pass(60);
  db.write = () => Promise.reject(new Error("database or disk is full"));
  await pass(2);
  expect(logged.at(-1)).toMatchObject({ err: { message: "database or disk is full" } });
  expect(keys()).toEqual(["$1/reply"]);
  db.write = write;
  await pass(1);
  expect(keys()).toEqual([]);
});
