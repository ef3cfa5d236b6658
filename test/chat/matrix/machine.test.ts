/** The crypto machine over its store: who has the passphrase opens it, also one that an earlier version made. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DeviceId, OlmMachine, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { beforeEach, expect, test } from "vitest";
import { openMachine, type MachineSettings } from "../../../src/chat/matrix/crypto/machine.ts";
import { openDurableStore } from "../../../src/chat/matrix/store/index.ts";
import { Secret } from "../../../src/core/secret.ts";

let settings: MachineSettings;
const stop = (problem: Error): void => {
  throw problem;
};
beforeEach(() => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "tandem-olm-")), "olm.db");
  settings = { userId: "@t:example.coop", deviceId: "ABC", file, passphrase: new Secret("right"), stop };
});

/** The public key of the device, which stays the same for as long as the store is read. */
async function identityKey(passphrase: string | undefined = "right"): Promise<string> {
  const { machine, close } = await openMachine({ ...settings, passphrase: new Secret(passphrase) });
  const key = machine.identityKeys.curve25519.toBase64();
  close();
  return key;
}

test("the same device comes back by the same passphrase, and by no other", async () => {
  const made = await identityKey();
  expect(await identityKey()).toBe(made);
  await expect(identityKey("wrong")).rejects.toMatchObject({ code: "store-passphrase-wrong" });
  expect(await identityKey()).toBe(made);
});

test("a store whose key was stretched by the store itself is opened as it was made", async () => {
  const store = await openDurableStore(settings.file, stop);
  const ids = [new UserId(settings.userId), new DeviceId(settings.deviceId)] as const;
  const machine = await OlmMachine.initialize(...ids, store.prefix, "right");
  const made = machine.identityKeys.curve25519.toBase64();
  machine.close();
  store.close();
  expect(await identityKey()).toBe(made);
  await expect(identityKey("wrong")).rejects.toMatchObject({ code: "store-passphrase-wrong" });
});
