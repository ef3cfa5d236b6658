/** What was encrypted once is heard once, as whatever event and however late a homeserver shows it. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openInbox, type DurableInbox } from "../../../src/chat/inbox.ts";
import type { Api } from "../../../src/chat/matrix/api.ts";
import { openCrypto, type Crypto } from "../../../src/chat/matrix/crypto/index.ts";
import { messageIndexOf } from "../../../src/chat/matrix/crypto/message-index.ts";
import { openInvites } from "../../../src/chat/matrix/invites.ts";
import { openPatience } from "../../../src/chat/matrix/patience.ts";
import type { RawEvent } from "../../../src/chat/matrix/raw-event.ts";
import { openRooms } from "../../../src/chat/matrix/rooms.ts";
import { openChatState } from "../../../src/chat/matrix/state.ts";
import { takeIn, type TakeInParts } from "../../../src/chat/matrix/take-in.ts";
import { openSecondAttempts, type SecondAttempts } from "../../../src/chat/matrix/unreadable.ts";
import { openOutbox } from "../../../src/chat/outbox.ts";
import { FakeClock } from "../../../src/core/clock.ts";
import { openDb, type Db } from "../../../src/db/index.ts";
import { bot, keyServer, person, room, type Person, type Server } from "./key-server.ts";

const day = 86_400_000;
let server: Server;
let db: Db;
let clock: FakeClock;
let inbox: DurableInbox;
let crypto: Crypto;
let parts: TakeInParts;
let attempts: SecondAttempts;
let bo: Person;
/** What was logged as a warning: the event and its words. */
let warned: unknown[];

beforeEach(async () => {
  server = keyServer();
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-once-"));
  db = openDb(path.join(folder, "tandem.db"));
  clock = new FakeClock();
  inbox = openInbox({ db, clock });
  warned = [];
  const api = {
    homeserver: "https://example.coop",
    call: (_method: string, endpoint: string, { body = {} }: { body?: object } = {}) =>
      Promise.resolve(endpoint.endsWith("/members") ? { chunk: [] } : server.call(endpoint, body)),
  } as unknown as Api;
  const stop = (problem: Error): void => expect.fail(problem.message);
  const settings = { userId: bot, deviceId: "TANDEM", file: path.join(folder, "olm.db"), stop };
  crypto = await openCrypto({ ...settings, keysFor: "all-devices", onDeaf: () => expect.fail() }, api);
  await crypto.receive({ device_one_time_keys_count: {} });
  await crypto.rooms.note(room, { algorithm: "m.megolm.v1.aes-sha2" });
  bo = await person(server, "bo");
  const log = {
    warn: ({ event }: { event?: string }, words: string) => void warned.push([event, words]),
  } as unknown as TakeInParts["log"];
  const state = openChatState(db);
  const invites = openInvites({ self: bot, api, state, clock, log, mayInvite: () => false });
  const queues = { db, inbox, outbox: openOutbox({ db, clock }) };
  const [patience, rooms] = [openPatience(clock), openRooms(api)];
  parts = { self: bot, ...queues, api, crypto, rooms, invites, state, patience, clock, log };
  attempts = openSecondAttempts(parts);
  crypto.onRoomKey((...which) => attempts.keyCame(...which));
});
afterEach(() => {
  attempts.stop();
  bo.close();
  crypto.close();
  db.close();
});

const keyComes = async (): Promise<void> => {
  await crypto.receive({
    to_device: { events: [bo.key] },
    device_one_time_keys_count: { signed_curve25519: 50 },
  });
  await clock.turn(0);
  // Second attempts have no end that could be waited for.
  await expect.poll(() => inbox.unreadable(room)).toEqual([]);
};
async function hear(...events: RawEvent[]): Promise<void> {
  await takeIn(parts, { next_batch: "t2", rooms: { join: { [room]: { timeline: { events } } } } }, "t1");
}
const heard = (): unknown[] =>
  db.sqlite.prepare("select event_id from inbox where state = 'pending' order by seq").pluck().all();
const handleAll = async (): Promise<void> => {
  const stop = inbox.pump(() => Promise.resolve());
  await expect.poll(() => inbox.waiting()).toBe(0);
  await stop();
};
const redaction = (redacts: string): RawEvent => ({
  event_id: `$no-${redacts}`,
  type: "m.room.redaction",
  sender: bo.user,
  origin_server_ts: 2,
  content: { redacts },
});
const copyWarning = "an encrypted message is shown again as another event";

test("shown again as another event, or as the same one once that is forgotten, it is dropped", async () => {
  await keyComes();
  const yes = await bo.seal("$yes", "approve bakor cloud.example.coop");
  const copy = { ...yes, event_id: "$copy", origin_server_ts: 5 };
  await hear(yes);
  await hear(copy, yes, await bo.seal("$more", "approve bakor cloud.example.coop"));
  expect([heard(), warned]).toEqual([["$yes", "$more"], [["$copy", copyWarning]]]);
  await handleAll();
  await clock.turn(90 * day);
  expect(inbox.forget(clock.now())).toBe(2);
  await hear({ ...yes, origin_server_ts: 90 * day }, { ...copy, event_id: "$copy2" });
  expect(heard()).toEqual([]);
});

test("somebody else who sends a copy first in their own name takes nothing from its author", async () => {
  await keyComes();
  const yes = await bo.seal("$yes", "approve bakor cloud.example.coop");
  await hear({ ...yes, event_id: "$mallory", sender: "@mallory:example.org" }, yes);
  const events = db.sqlite.prepare("select event from inbox order by seq").pluck().all().map(String);
  expect(events.map((text) => JSON.parse(text) as unknown)).toMatchObject([
    { sender: "@mallory:example.org", trust: "unverified" },
    { sender: bo.user },
  ]);
});

test("shown twice before its key, it is heard once; shown again after it, its own event is the one", async () => {
  const [yes, again] = [await bo.seal("$yes", "yes"), await bo.seal("$again", "again")];
  await hear(yes, { ...yes, event_id: "$copy" }, again);
  expect(inbox.unreadable()).toHaveLength(3);
  attempts = { ...attempts, keyCame: () => undefined };
  await crypto.receive({ to_device: { events: [bo.key] } });
  await hear(again);
  attempts.look();
  await expect.poll(() => inbox.unreadable()).toEqual([]);
  expect(heard()).toEqual(["$yes", "$again"]);
});

test("its ciphertext is read in one spelling only, in its own room", async () => {
  await keyComes();
  await bo.seal("$zero", "zero");
  const event = await bo.seal("$yes", "yes");
  const bytes = Buffer.from(event.content["ciphertext"] as string, "base64");
  const [fields, tail] = [bytes.subarray(1, -72), bytes.subarray(-72)];
  const [index, ciphertext] = [fields.subarray(0, 2), fields.subarray(2)];
  expect([...index]).toEqual([8, 1]);
  const spelled = (...parts: (Buffer | number[])[]): RawEvent => {
    const all = Buffer.concat([[3], ...parts, tail].map((part) => Buffer.from(part)));
    return { ...event, content: { ...event.content, ciphertext: all.toString("base64") } };
  };
  expect(await crypto.decrypt(room, spelled(index, ciphertext))).toMatchObject({ readable: true, index: 1 });
  for (const other of [
    spelled([8, 7], index, ciphertext),
    spelled(ciphertext, index),
    spelled(index, ciphertext, [0x18, 0]),
    spelled([8, 0x81, 0], ciphertext),
    spelled([8, 0x81, 0x80, 0x80, 0x80, 0x10], ciphertext),
    spelled(index, [0x12, (ciphertext[1] ?? 0) | 0x80, 0], ciphertext.subarray(2)),
  ]) {
    expect(await crypto.decrypt(room, other)).toMatchObject({ readable: false, keyMayCome: false });
  }
  expect(await crypto.decrypt("!other:example.coop", event)).toMatchObject({ readable: false });
});

test("an index of several bytes is read; what is no Megolm message has none", () => {
  const written = (...start: number[]): string =>
    Buffer.concat([Buffer.from([...start, 0x12, 1, 0]), Buffer.alloc(72)]).toString("base64");
  expect(messageIndexOf(written(3, 8, 0xc8, 1))).toBe(200);
  expect(messageIndexOf(written(3, 8, 0xff, 0xff, 0xff, 0xff, 0x0f))).toBe(2 ** 32 - 1);
  for (const other of [
    written(4, 8, 1),
    written(3, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
    "AwgB",
    "",
    undefined,
  ])
    expect(messageIndexOf(other)).toBeUndefined();
});

test("what its author took back before its key came is never heard, and not kept", async () => {
  const yes = await bo.seal("$yes", "yes");
  await hear(yes, await bo.seal("$other", "other"));
  const elsewhere = { eventId: "$elsewhere", room: "!other:example.coop", sender: bot, at: 1 };
  inbox.keep({ ...elsewhere, kind: "redaction", redacts: "$other" });
  await hear(redaction("$yes"));
  expect(inbox.unreadable().map(({ eventId }) => eventId)).toEqual(["$other"]);
  expect(db.sqlite.prepare("select event from inbox where event_id = '$yes'").pluck().get()).toBe("null");
  expect(inbox.find("$yes")).toBeUndefined();
  await keyComes();
  await hear(yes);
  expect(heard()).toEqual(["$other", "$elsewhere", "$no-$yes"]);
});
