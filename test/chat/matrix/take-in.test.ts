import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openInbox, type DurableInbox } from "../../../src/chat/inbox.ts";
import type { Api } from "../../../src/chat/matrix/api.ts";
import type { Crypto, Decrypted } from "../../../src/chat/matrix/crypto/index.ts";
import { openInvites } from "../../../src/chat/matrix/invites.ts";
import type { RawEvent } from "../../../src/chat/matrix/raw-event.ts";
import { openRooms } from "../../../src/chat/matrix/rooms.ts";
import { openChatState } from "../../../src/chat/matrix/state.ts";
import { syncTokenKey, takeIn, type SyncAnswer, type TakeInParts } from "../../../src/chat/matrix/take-in.ts";
import { openSecondAttempts } from "../../../src/chat/matrix/unreadable.ts";
import { say } from "../../../src/chat/message.ts";
import { openOutbox, transactionIdOf, type OutboxQueue } from "../../../src/chat/outbox.ts";
import { FakeClock } from "../../../src/core/clock.ts";
import { MatrixId } from "../../../src/core/terms.ts";
import { openDb, type Db } from "../../../src/db/index.ts";

const self = MatrixId.parse("@tandem:example.coop");
const log = pino({ level: "silent" });
let db: Db;
let clock: FakeClock;
let inbox: DurableInbox;
let outbox: OutboxQueue;
let parts: TakeInParts;
/** What the homeserver answers, by path; throws what is an Error. */
let answers: Record<string, unknown>;
let asked: string[];
/** What decryption comes to, by event id. */
let decrypted: Record<string, Decrypted>;
let noted: string[];

beforeEach(() => {
  db = openDb(path.join(mkdtempSync(path.join(tmpdir(), "tandem-take-")), "tandem.db"));
  clock = new FakeClock();
  inbox = openInbox({ db, clock });
  outbox = openOutbox({ db, clock });
  [answers, asked, decrypted, noted] = [{}, [], {}, []];
  const api = {
    homeserver: "https://example.coop",
    call: (method: string, endpoint: string, options?: { query?: { from?: string } }) => {
      const name = `${method} ${decodeURIComponent(endpoint)}${options?.query?.from ?? ""}`;
      asked.push(name);
      const answer = Object.entries(answers).find(([part]) => name.includes(part))?.[1] ?? {};
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  } as unknown as Api;
  const crypto = {
    receive: () => Promise.resolve(),
    watch: () => Promise.resolve(),
    decrypt: (_room: string, event: RawEvent) => Promise.resolve(decrypted[event.event_id]),
    rooms: {
      isEncrypted: () => Promise.resolve(false),
      note: (room: string) => Promise.resolve(void noted.push(room)),
    },
  } as unknown as Crypto;
  const state = openChatState(db);
  const invites = openInvites({ self, api, state, clock, log, mayInvite: (id) => id === "@bo:example.coop" });
  answers["/members"] = { chunk: [] };
  answers["m.room.history_visibility"] = { history_visibility: "shared" };
  parts = { self, db, api, inbox, outbox, crypto, rooms: openRooms(api), invites, state, log };
});
afterEach(() => db.close());

const said = (id: string, more: object = {}): object => ({
  event_id: id,
  type: "m.room.message",
  sender: "@bo:example.coop",
  origin_server_ts: 1,
  content: { msgtype: "m.text", body: id },
  ...more,
});
const sync = (events: object[], more: object = {}): SyncAnswer => ({
  next_batch: "t2",
  rooms: { join: { "!r": { timeline: { events, ...more } } } },
});
const kept = (): unknown[] => db.sqlite.prepare("select event_id from inbox order by seq").pluck().all();
const refusal = (statusCode: number, errcode: string): Error =>
  Object.assign(new Error(errcode), { statusCode, errcode });

describe("a sync answer", () => {
  test("is kept with its token; the same answer again changes nothing", async () => {
    await takeIn(parts, sync([said("$1"), said("$2"), said("$own", { sender: self })]), "t1");
    await takeIn(parts, sync([said("$1"), said("$2")]), "t1");
    expect(kept()).toEqual(["$1", "$2"]);
    expect(parts.state.get(syncTokenKey)).toBe("t2");
  });

  test("that is the first ever only shows where to begin, but its state is learned", async () => {
    const encryption = { type: "m.room.encryption", state_key: "", content: {} };
    await takeIn(parts, sync([said("$old"), said("$state", encryption)]), undefined);
    expect(kept()).toEqual([]);
    expect(noted).toEqual(["!r"]);
    expect(parts.state.get(syncTokenKey)).toBe("t2");
  });

  test("with a gap is completed page by page, in order", async () => {
    answers["/messagest1"] = { chunk: [said("$a"), said("$b")], end: "p2" };
    answers["/messagesp2"] = { chunk: [said("$c")] };
    await takeIn(parts, sync([said("$d")], { limited: true, prev_batch: "p9" }), "t1");
    expect(kept()).toEqual(["$a", "$b", "$c", "$d"]);
  });

  test("whose gap cannot be fetched now leaves the token where it was; one that never can be does not", async () => {
    answers["/messages"] = new Error("connection reset");
    await expect(
      takeIn(parts, sync([said("$d")], { limited: true, prev_batch: "p9" }), "t1"),
    ).rejects.toThrow();
    expect(kept()).toEqual([]);
    expect(parts.state.get(syncTokenKey)).toBeUndefined();
    answers["/messages"] = refusal(403, "M_FORBIDDEN");
    await takeIn(parts, sync([said("$d")], { limited: true, prev_batch: "p9" }), "t1");
    expect(kept()).toEqual(["$d"]);
  });

  test("of a room that the bot came into has no gap, only history", async () => {
    const join = { type: "m.room.member", state_key: self, sender: self, content: { membership: "join" } };
    await takeIn(
      parts,
      sync([said("$before"), said("$join", join), said("$after")], { limited: true, prev_batch: "p" }),
      "t1",
    );
    expect(kept()).toEqual(["$after"]);
    expect(asked.filter((name) => name.includes("/messages"))).toEqual([]);
  });

  test("proves by its echo that a message has left, whatever became of the answer", async () => {
    outbox.post({ kind: "message", key: "k", room: "!r", message: say("hello") });
    outbox.claimNext(clock.now());
    await outbox.storeWire("k", {});
    const echo = said("$mine", { sender: self, unsigned: { transaction_id: transactionIdOf("k") } });
    await takeIn(parts, sync([echo]), "t1");
    expect(outbox.eventIdOf("k")).toBe("$mine");
    expect(outbox.depth()).toBe(0);
  });

  test("knows a room of two", async () => {
    const member = (id: string): object =>
      said(`$${id}`, { type: "m.room.member", state_key: id, content: { membership: "join" } });
    answers["/members"] = { chunk: [member(self), member("@bo:example.coop")] };
    const isDirect = (): unknown =>
      (
        JSON.parse(
          db.sqlite.prepare("select event from inbox order by seq desc").pluck().get() as string,
        ) as { direct: boolean }
      ).direct;
    await takeIn(parts, sync([said("$1")]), "t1");
    expect(isDirect()).toBe(true);
    await takeIn(parts, sync([member("@kim:example.coop"), said("$2")]), "t2");
    expect(isDirect()).toBe(false);
  });
});

describe("encrypted events", () => {
  const sealed = (id: string, session = "s1"): object =>
    said(id, { type: "m.room.encrypted", content: { session_id: session } });
  const opened = (
    id: string,
    type = "m.room.message",
    content: object = { msgtype: "m.text", body: id },
  ): Decrypted => ({
    readable: true,
    trust: "verified",
    event: { ...said(id), type, content } as RawEvent,
  });

  test("say who spoke, and a redaction inside of ciphertext says nothing", async () => {
    decrypted["$1"] = opened("$1");
    decrypted["$2"] = opened("$2", "m.room.redaction", { redacts: "$voice" });
    decrypted["$3"] = { readable: false, keyMayCome: false, reason: "the sender is not who it seems" };
    await takeIn(parts, sync([sealed("$1"), sealed("$2"), sealed("$3")]), "t1");
    const events = db.sqlite.prepare("select event from inbox").pluck().all().map(String);
    expect(events.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { eventId: "$1", trust: "verified" },
    ]);
  });

  test("whose key is late are kept, told about once per session after half a minute, and read when it comes", async () => {
    decrypted["$1"] = { readable: false, keyMayCome: true, reason: "missing key" };
    decrypted["$2"] = decrypted["$1"];
    const attempts = openSecondAttempts({ ...parts, clock });
    const { unreadable } = await takeIn(parts, sync([sealed("$1"), sealed("$2")]), "t1");
    expect(unreadable).toBe(2);
    attempts.watch();
    await clock.turn(29_999);
    expect(inbox.waiting()).toBe(0);
    await clock.turn(1);
    const notices = db.sqlite
      .prepare("select event from inbox where state = 'pending'")
      .pluck()
      .all()
      .map(String);
    expect(notices.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { kind: "undecryptable", eventId: "$1" },
    ]);
    decrypted["$1"] = opened("$1");
    decrypted["$2"] = opened("$2", "m.room.topic");
    attempts.keyCame("!r", "s1");
    attempts.look();
    await clock.turn(0);
    expect(inbox.unreadable()).toEqual([]);
    expect(db.sqlite.prepare("select event_id, state from inbox order by seq").raw().all()).toEqual([
      ["$1", "pending"],
      ["$2", "done"],
      ["undecryptable !r s1", "pending"],
    ]);
    attempts.stop();
  });

  test("whose key has come are read although the database failed meanwhile", async () => {
    decrypted["$1"] = { readable: false, keyMayCome: true, reason: "missing key" };
    let failures = 1;
    const unreadable: DurableInbox["unreadable"] = (...which) => {
      if (failures-- > 0) throw new Error("database is locked");
      return inbox.unreadable(...which);
    };
    const attempts = openSecondAttempts({ ...parts, clock, inbox: { ...inbox, unreadable } });
    await takeIn(parts, sync([sealed("$1")]), "t1");
    decrypted["$1"] = opened("$1");
    attempts.keyCame("!r", "s1");
    await clock.turn(0);
    expect(inbox.unreadable()).toHaveLength(1);
    await clock.turn(5000);
    expect(inbox.unreadable()).toEqual([]);
    attempts.stop();
  });

  test("whose key has come are read although the homeserver failed meanwhile", async () => {
    decrypted["$1"] = { readable: false, keyMayCome: true, reason: "missing key" };
    decrypted["$2"] = decrypted["$1"];
    const attempts = openSecondAttempts({ ...parts, clock });
    await takeIn(parts, sync([sealed("$1"), sealed("$2", "s2")]), "t1");
    answers["/members"] = refusal(500, "M_UNKNOWN");
    decrypted["$1"] = opened("$1");
    attempts.keyCame("!r", "s1");
    await clock.turn(0);
    expect(inbox.unreadable().map(({ eventId }) => eventId)).toEqual(["$1", "$2"]);
    // The next key is not passed over because of it, and the first event is tried again.
    answers["/members"] = { chunk: [] };
    decrypted["$2"] = opened("$2");
    attempts.keyCame("!r", "s2");
    await clock.turn(0);
    expect(inbox.unreadable().map(({ eventId }) => eventId)).toEqual(["$1"]);
    await clock.turn(5000);
    expect(inbox.unreadable()).toEqual([]);
    attempts.stop();
  });
});

describe("invites", () => {
  const invite = (room: string, sender: string): SyncAnswer => ({
    next_batch: "t2",
    rooms: {
      invite: {
        [room]: {
          invite_state: {
            events: [
              { type: "m.room.name" },
              { type: "m.room.member", state_key: self, sender, content: { membership: "invite" } },
            ],
          },
        },
      },
    },
  });
  const posts = (): string[] => asked.filter((name) => name.startsWith("POST"));

  test("are remembered with the token and answered: a member's by coming, a stranger's by leaving", async () => {
    await takeIn(parts, invite("!a", "@bo:example.coop"), "t1");
    await takeIn(parts, invite("!b", "@stranger:elsewhere"), "t1");
    await parts.invites.answer();
    expect(posts()).toEqual(["POST /_matrix/client/v3/join/!a", "POST /_matrix/client/v3/rooms/!b/leave"]);
    await parts.invites.answer();
    expect(posts()).toHaveLength(2);
  });

  test("that cannot be answered now are tried again, ones taken back are not", async () => {
    answers["/join/"] = new Error("connection refused");
    await takeIn(parts, invite("!a", "@bo:example.coop"), "t1");
    await parts.invites.answer();
    answers["/join/"] = refusal(403, "M_FORBIDDEN");
    await clock.turn(30_000);
    await parts.invites.answer();
    await parts.invites.answer();
    expect(posts()).toHaveLength(2);
  });
});
