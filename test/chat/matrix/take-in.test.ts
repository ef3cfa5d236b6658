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
import { openPatience } from "../../../src/chat/matrix/patience.ts";
import { openRooms } from "../../../src/chat/matrix/rooms.ts";
import { openChatState } from "../../../src/chat/matrix/state.ts";
import { syncTokenKey, takeIn, type SyncAnswer, type TakeInParts } from "../../../src/chat/matrix/take-in.ts";
import { openSecondAttempts } from "../../../src/chat/matrix/unreadable.ts";
import type { TellOperators } from "../../../src/chat/transport.ts";
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
/** What the operators were told: about which room, under which key, which problem. */
let told: Parameters<TellOperators>[];
/** Whether a room is encrypted; an Error: it cannot be known. */
let encrypted: Record<string, boolean | Error>;

beforeEach(() => {
  db = openDb(path.join(mkdtempSync(path.join(tmpdir(), "tandem-take-")), "tandem.db"));
  clock = new FakeClock();
  inbox = openInbox({ db, clock });
  outbox = openOutbox({ db, clock });
  [answers, asked, decrypted, noted, encrypted, told] = [{}, [], {}, [], {}, []];
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
      isEncrypted: (room: string) => {
        const known = encrypted[room] ?? false;
        return known instanceof Error ? Promise.reject(known) : Promise.resolve(known);
      },
      note: (room: string) => Promise.resolve(void noted.push(room)),
    },
  } as unknown as Crypto;
  const state = openChatState(db);
  const invites = openInvites({ self, api, state, clock, log, mayInvite: (id) => id === "@bo:example.coop" });
  answers["/members"] = { chunk: [] };
  answers["m.room.history_visibility"] = { history_visibility: "shared" };
  const [patience, rooms] = [openPatience(clock), openRooms(api)];
  const tell: TellOperators = (room, key, problem) => told.push([room, key, problem]);
  const queues = { db, inbox, outbox };
  parts = { self, ...queues, api, crypto, rooms, invites, state, patience, clock, log, tell };
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

  test("is gone on with after ten minutes, without what one room will not tell; the operators hear of it", async () => {
    const [down, other] = [
      Object.assign(new Error("down"), { statusCode: 500, errcode: "M_UNKNOWN" }),
      "!other",
    ];
    answers["!r/messages"] = down;
    answers["!r/members"] = down;
    const gap = { limited: true, prev_batch: "p9" };
    const both = sync([said("$here")], gap);
    Object.assign(both.rooms?.join ?? {}, { [other]: { timeline: { events: [said("$there")] } } });
    for (let minutes = 0; minutes < 10; minutes++) {
      await expect(takeIn(parts, both, "t1")).rejects.toThrow();
      await clock.turn(60_000);
    }
    expect([kept(), told]).toEqual([[], []]);
    await takeIn(parts, both, "t1");
    expect(kept()).toEqual(["$here", "$there"]);
    expect(parts.state.get(syncTokenKey)).toBe("t2");
    expect(new Set(told.map((one) => JSON.stringify(one.slice(0, 2)))).size).toBe(1);
    expect(told[0]).toMatchObject(["!r", expect.any(String), { code: "room-not-told" }]);
    expect(told[0]?.[2].text.happened).toContain("For 10 minutes");
    // While it goes on nobody waits for it again; once it answers, it is waited for as before.
    await takeIn(parts, both, "t2");
    answers = { "/members": { chunk: [] } };
    await takeIn(parts, both, "t3");
    answers["!r/messages"] = down;
    await expect(takeIn(parts, both, "t4")).rejects.toThrow();
  });

  test("a room is closed for clear text before anything that another room may hold up", async () => {
    answers["!r/messages"] = Object.assign(new Error("down"), { statusCode: 502, errcode: "M_UNKNOWN" });
    const answer = sync([said("$here")], { limited: true, prev_batch: "p9" });
    const encryption = said("$e", { type: "m.room.encryption", state_key: "", content: {} });
    Object.assign(answer.rooms?.join ?? {}, {
      "!by-timeline": { timeline: { events: [said("$x"), encryption] } },
      "!by-state": { state: { events: [encryption] } },
      "!not-at-all": { timeline: { events: [said("$f", { type: "m.room.encryption", content: {} })] } },
    });
    await expect(takeIn(parts, answer, "t1")).rejects.toThrow("down");
    parts.crypto.receive = () => Promise.reject(new Error("away"));
    await expect(takeIn(parts, answer, "t1")).rejects.toThrow("away");
    expect(noted).toEqual(["!by-timeline", "!by-state", "!by-timeline", "!by-state"]);
  });

  test("a room that was closed in favour of another one is followed if whoever closed it may invite", async () => {
    const closed = (id: string, sender: string, replacement?: string): object =>
      said(id, {
        type: "m.room.tombstone",
        state_key: "",
        sender,
        content: replacement === undefined ? {} : { replacement_room: replacement },
      });
    const answer = sync([
      closed("$1", "@bo:example.coop", "!new"),
      closed("$2", "@eve:example.org", "!trap"),
      closed("$3", "@bo:example.coop"),
    ]);
    await takeIn(parts, answer, undefined);
    await parts.invites.answer();
    expect([told, asked]).toEqual([[], []]);
    await takeIn(parts, answer, "t1");
    await parts.invites.answer();
    expect(asked).toEqual(["POST /_matrix/client/v3/join/!new"]);
    expect(told.map(([room, key, { code }]) => [room, key, code])).toEqual(
      ["$1", "$2", "$3"].map((id) => ["!r", `${id}/closed`, "room-replaced"]),
    );
    expect(told.map(([, , { text }]) => text.happened)).toEqual([
      "The room !r was closed in favour of !new.",
      "The room !r was closed in favour of !trap.",
      "The room !r was closed in favour of another one, which was not named.",
    ]);
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
    index: Number(id.slice(1)),
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

  test("clear text among them is nobody's command, but reactions and redactions are always clear", async () => {
    encrypted["!r"] = true;
    const relation = { rel_type: "m.annotation", event_id: "$q", key: "✅" };
    const reaction = said("$2", { type: "m.reaction", content: { "m.relates_to": relation } });
    const redaction = said("$3", { type: "m.room.redaction", redacts: "$voice", content: {} });
    await takeIn(parts, sync([said("$1"), reaction, redaction]), "t1");
    const events = db.sqlite.prepare("select event from inbox order by seq").pluck().all().map(String);
    expect(events.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { kind: "unencrypted", eventId: "$1", text: "$1", mentioned: false, direct: false },
      { kind: "reaction", target: "$q" },
      { kind: "redaction", redacts: "$voice" },
    ]);
  });

  test("clear text waits while it cannot be known whether it should be one; where the bot was removed it is none", async () => {
    encrypted["!r"] = new Error("connection reset");
    await expect(takeIn(parts, sync([said("$1")]), "t1")).rejects.toThrow();
    expect(kept()).toEqual([]);
    encrypted["!r"] = refusal(403, "M_FORBIDDEN");
    await takeIn(parts, sync([said("$1")]), "t1");
    const event = db.sqlite.prepare("select event from inbox").pluck().get() as string;
    expect(JSON.parse(event)).toMatchObject({ kind: "unencrypted" });
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
