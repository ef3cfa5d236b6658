/** Keys are taken in whole or not at all: at every state that a kill would leave, they can be taken in again. */
import { copyFileSync, mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { RequestType } from "@matrix-org/matrix-sdk-crypto-wasm";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Api } from "../../../src/chat/matrix/api.ts";
import { openEncrypt } from "../../../src/chat/matrix/crypto/encrypt.ts";
import { openCrypto, type Crypto, type DeviceChanges } from "../../../src/chat/matrix/crypto/index.ts";
import { openMachine } from "../../../src/chat/matrix/crypto/machine.ts";
import { openPump, type CryptoRequest } from "../../../src/chat/matrix/crypto/pump.ts";
import { openRoomEncryption } from "../../../src/chat/matrix/crypto/room-encryption.ts";
import type { RawEvent } from "../../../src/chat/matrix/raw-event.ts";
import type { DurableStore } from "../../../src/chat/matrix/store/index.ts";
import { bot, keyServer, person, room, type Server } from "./key-server.ts";

/** What somebody says first to the bot, and the key that came before it. */
async function firstWords(server: Server, name: string): Promise<{ key: object; words: RawEvent }> {
  const { key, seal, close } = await person(server, name);
  const words = await seal(`$${name}`, name);
  close();
  return { key, words };
}

let server: Server;
let closing: (() => void)[];
beforeEach(() => {
  server = keyServer();
  closing = [];
});
afterEach(() => {
  for (const close of closing) close();
});

const newFile = (): string => path.join(mkdtempSync(path.join(tmpdir(), "tandem-receive-")), "olm.db");

const stop = (problem: Error): void => expect.fail(problem.message);
const api = (): Api =>
  ({
    homeserver: "https://example.coop",
    call: (_method: string, endpoint: string, { body = {} }: { body?: object } = {}) =>
      Promise.try(() => server.call(endpoint, body)),
  }) as unknown as Api;

async function open(file: string): Promise<Crypto> {
  const settings = { userId: bot, deviceId: "TANDEM", file, stop };
  const crypto = await openCrypto(
    { ...settings, keysFor: "all-devices", onDeaf: () => expect.fail() },
    api(),
  );
  closing.push(() => crypto.close());
  return crypto;
}

/** What a kill would leave just now. The file is locked; its write-ahead log is there as long as it is open. */
function copyOf(file: string): string {
  const copy = newFile();
  for (const part of ["", "-wal"]) copyFileSync(file + part, copy + part);
  return copy;
}

/** A copy of the file as it was before `work`, at each change that is seen meanwhile, and after it. */
async function statesDuring(file: string, work: Promise<void>): Promise<string[]> {
  const states = [copyOf(file)];
  let size = statSync(`${file}-wal`).size;
  const working = new Set([work]);
  const over = work.finally(() => working.clear());
  while (working.size > 0) {
    await turn();
    const now = statSync(`${file}-wal`).size;
    if (now !== size) states.push(copyOf(file));
    size = now;
  }
  await over;
  return [...states, copyOf(file)];
}

const names = ["ana", "bo", "cleo", "dara", "eli", "fay", "gus", "hana"];

/** The bot with its keys at the homeserver, and the first words of many people, with what brings their keys. */
async function manySpeak(
  file: string,
): Promise<{ crypto: Crypto; changes: DeviceChanges; words: RawEvent[] }> {
  const crypto = await open(file);
  await crypto.receive({ device_one_time_keys_count: {} });
  const first = [];
  for (const name of names) first.push(await firstWords(server, name));
  const changes = {
    to_device: { events: first.map(({ key }) => key) },
    device_one_time_keys_count: { signed_curve25519: 30 },
  };
  return { crypto, changes, words: first.map((one) => one.words) };
}

async function read(crypto: Crypto, words: RawEvent[]): Promise<unknown[]> {
  const all = await Promise.all(words.map((event) => crypto.decrypt(room, event)));
  return all.map((one) => (one.readable ? one.event.content["body"] : one.reason));
}

test("killed at any moment while keys are taken in, they are read when they come again", async () => {
  const file = newFile();
  const { crypto, changes, words } = await manySpeak(file);
  const states = await statesDuring(file, crypto.receive(changes));
  expect(await read(crypto, words)).toEqual(names);
  expect(states.length).toBeGreaterThan(2);
  for (const state of states) {
    const again = await open(state);
    await again.receive(changes);
    expect(await read(again, words)).toEqual(names);
  }
});

/** The parts of the device by themselves, so that changes can be held back for as long as a test wants. */
async function openParts(file: string) {
  const device = await openMachine({ userId: bot, deviceId: "TANDEM", file, stop });
  closing.push(device.close);
  const pump = openPump(device.machine, device.store, api());
  const rooms = openRoomEncryption({ ...device, api: api() });
  const encrypt = openEncrypt({
    ...device,
    pump,
    rooms,
    keysFor: "all-devices",
    onDeaf: () => expect.fail(),
  });
  const say = (): Promise<Record<string, unknown>> =>
    encrypt(room, "m.room.message", { body: "x" }, () =>
      Promise.resolve({ users: [], historyVisibility: "joined" }),
    );
  return { ...device, pump, say };
}

/** Holds back what is changed from now on; `let go` ends that. */
function hold(store: DurableStore): { letGo: () => Promise<void> } {
  const gate = Promise.withResolvers<undefined>();
  const held = store.together(() => gate.promise);
  return {
    letGo: async () => {
      gate.resolve(undefined);
      await held;
    },
  };
}

/** Far longer than the machine takes for what a test asks of it. */
const aWhile = (): Promise<void> => sleep(300);

/** Where in its key's chain a message stands: after version and field number, as a varint (here below 128). */
const indexOf = (sealed: Record<string, unknown>): number | undefined =>
  Buffer.from(sealed["ciphertext"] as string, "base64")[2];

test("what is said while changes are held back is handed out once the place of its key is on disk", async () => {
  const file = newFile();
  const { store, say } = await openParts(file);
  expect(indexOf(await say())).toBe(0);
  const { letGo } = hold(store);
  let said: Record<string, unknown> | undefined;
  const saying = say().then((sealed) => (said = sealed));
  await aWhile();
  expect(said).toBeUndefined();
  await letGo();
  expect(indexOf(await saying)).toBe(1);
  const again = await openParts(copyOf(file));
  expect(indexOf(await again.say())).toBe(2);
});

test("while changes are held back others are asked for keys, and told of none", async () => {
  const { machine, store, pump } = await openParts(newFile());
  const calls: string[] = [];
  server.onCall = (name) => calls.push(name);
  const { letGo } = hold(store);
  await pump.run();
  expect(calls).toEqual(["query"]);
  const requests = (await machine.outgoingRequests()) as unknown as CryptoRequest[];
  const upload = requests.find(({ type }) => type === RequestType.KeysUpload) ?? expect.fail();
  const sending = pump.send(upload);
  await aWhile();
  expect(calls).toEqual(["query"]);
  await letGo();
  await sending;
  expect(calls).toEqual(["query", "upload"]);
});

test("where keys could not be uploaded, the same answer leads to it again", async () => {
  const crypto = await open(newFile());
  await crypto.receive({ device_one_time_keys_count: { signed_curve25519: 50 } });
  const few = { device_one_time_keys_count: { signed_curve25519: 10 } };
  server.onCall = () => expect.fail("the homeserver is away");
  await expect(crypto.receive(few)).rejects.toThrow("the homeserver is away");
  let uploads = 0;
  server.onCall = (name) => (uploads += Number(name === "upload"));
  await crypto.receive(few);
  expect(uploads).toBe(1);
  await crypto.receive(few);
  expect(uploads).toBe(1);
});
