import { DeviceId, OlmMachine, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { beforeEach, expect, test } from "vitest";
import type { Api } from "../../../src/chat/matrix/api.ts";
import { openRoomEncryption, type RoomEncryption } from "../../../src/chat/matrix/crypto/room-encryption.ts";

const room = "!room:example.coop";
let machine: OlmMachine;
let answer: () => Promise<unknown>;
let asked: number;
let rooms: RoomEncryption;
let onDisk: () => Promise<void>;

const reopen = (): RoomEncryption => {
  const call = (): Promise<unknown> => {
    asked++;
    return answer();
  };
  const store = { onDisk: () => onDisk() };
  return openRoomEncryption({ machine, store, api: { call } as unknown as Api });
};
const refused = (statusCode: number, errcode: string) => (): Promise<never> =>
  Promise.reject(Object.assign(new Error(errcode), { statusCode, errcode }));

beforeEach(async () => {
  machine = await OlmMachine.initialize(new UserId("@tandem:example.coop"), new DeviceId("TANDEM"));
  asked = 0;
  onDisk = () => Promise.resolve();
  rooms = reopen();
});

test("only a homeserver that says there is no such state makes a room a clear one", async () => {
  for (const failing of [
    refused(403, "M_FORBIDDEN"),
    refused(500, "M_UNKNOWN"),
    () => Promise.reject(new Error("away")),
  ]) {
    answer = failing;
    await expect(rooms.isEncrypted(room)).rejects.toThrow();
  }
  answer = refused(404, "M_UNRECOGNIZED");
  await expect(rooms.isEncrypted(room)).rejects.toThrow();
  answer = refused(404, "M_NOT_FOUND");
  expect(await rooms.isEncrypted(room)).toBe(false);
  const before = asked;
  expect(await rooms.isEncrypted(room)).toBe(false);
  expect(asked).toBe(before);
});

test("a room once known as encrypted stays so, over restarts and whatever the homeserver says", async () => {
  await rooms.note(room, { algorithm: "m.megolm.v1.aes-sha2" });
  answer = refused(404, "M_NOT_FOUND");
  expect(await rooms.isEncrypted(room)).toBe(true);
  expect(await reopen().isEncrypted(room)).toBe(true);
  expect(asked).toBe(0);
});

test("encryption that is switched on while the question is on its way wins over the answer", async () => {
  let fail: (reason: unknown) => void = () => undefined;
  answer = () => new Promise((_resolve, reject) => (fail = reject));
  const asking = rooms.isEncrypted(room);
  await new Promise((resolve) => setImmediate(resolve));
  await rooms.note(room, {});
  fail(Object.assign(new Error("none"), { statusCode: 404, errcode: "M_NOT_FOUND" }));
  expect(await asking).toBe(true);
  expect(await rooms.isEncrypted(room)).toBe(true);
});

test("an unknown algorithm is still encryption", async () => {
  answer = () => Promise.resolve({ algorithm: "org.example.new", rotation_period_msgs: "many" });
  expect(await rooms.isEncrypted(room)).toBe(true);
  expect(await rooms.rotation(room)).toEqual({});
});

test("how often keys change is what the first event says; no later one can stretch it", async () => {
  await rooms.note(room, { rotation_period_ms: 1000, rotation_period_msgs: 100 });
  await rooms.note(room, { rotation_period_ms: 9_000_000, rotation_period_msgs: 1_000_000 });
  await rooms.note(room, {});
  expect(await rooms.rotation(room)).toEqual({ periodMs: 1000, messages: 100 });
  expect(await reopen().rotation(room)).toEqual({ periodMs: 1000, messages: 100 });
});

test("a room counts as noted once it is on disk, and not where the disk refuses", async () => {
  const written = Promise.withResolvers<undefined>();
  onDisk = () => written.promise;
  let isNoted = false;
  const noting = Promise.all([rooms.note(room, {}), rooms.note(room, {})]).then(() => (isNoted = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isNoted).toBe(false);
  written.resolve(undefined);
  expect(await noting).toBe(true);
  onDisk = () => Promise.reject(new Error("no space left on device"));
  await expect(rooms.note("!other:example.coop", {})).rejects.toThrow("no space left on device");
  await expect(rooms.note(room, {})).rejects.toThrow("no space left on device");
});
