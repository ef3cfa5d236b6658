import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import { DeviceId, OlmMachine, StoreHandle, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { messageOf, type Problem } from "../../../core/problem.ts";
import { cryptoStoreUnreadable, storePassphraseWrong } from "../../../core/problems/chat.ts";
import type { Secret } from "../../../core/secret.ts";
import { openDurableStore, type DurableStore } from "../store/index.ts";

export interface MachineSettings {
  userId: string;
  deviceId: string;
  /** The SQLite file that keeps the device's keys. */
  file: string;
  /** With it values and most keys are encrypted at rest. */
  passphrase?: Secret | undefined;
  /** Called when the file cannot be written: the process has to end at once. */
  stop: (problem: Problem) => void;
}

/** The crypto machine of one device, and the durable store that it works on. */
export interface Device {
  machine: OlmMachine;
  store: DurableStore;
  close: () => void;
}

/** Opens the device by its passphrase; makes a new one where there is no file yet. */
export async function openMachine(settings: MachineSettings): Promise<Device> {
  const { userId, deviceId, file, stop } = settings;
  // Made meanwhile, on another processor.
  const making = keyOf(settings);
  const store = await openDurableStore(file, stop);
  try {
    const handle = await openStore(store.prefix, settings, await making);
    const machine = await OlmMachine.initFromStore(new UserId(userId), new DeviceId(deviceId), handle);
    // A room key that somebody else hands on proves nothing about who spoke.
    machine.roomKeyRequestsEnabled = false;
    machine.roomKeyForwardingEnabled = false;
    return {
      machine,
      store,
      close() {
        machine.close();
        store.close();
      },
    };
  } catch (thrown) {
    store.close();
    const reason = messageOf(thrown);
    if (/decrypt|passphrase|mac|cipher/i.test(reason)) throw storePassphraseWrong({ file }, thrown);
    throw cryptoStoreUnreadable({ file, reason }, thrown);
  }
}

/** As often as the store itself did. */
const keyRounds = 200_000;

/** The store's key: the passphrase, stretched for this device. Nothing without one. */
async function keyOf({ userId, deviceId, passphrase }: MachineSettings): Promise<Buffer | undefined> {
  if (passphrase === undefined) return undefined;
  const salt = `tandem crypto store of ${userId} ${deviceId}`;
  return promisify(pbkdf2)(passphrase.reveal(), salt, keyRounds, 32, "sha256");
}

/**
 * Opens the store by its key. In one of an earlier version the store itself made the key from the passphrase; it is
 * opened as it was made. Rejects with what is wrong with the first way where neither opens it.
 */
async function openStore(
  prefix: string,
  { passphrase }: MachineSettings,
  key: Buffer | undefined,
): Promise<StoreHandle> {
  if (key === undefined) return StoreHandle.open(prefix, undefined);
  try {
    return await StoreHandle.openWithKey(prefix, key);
  } catch (thrown) {
    return StoreHandle.open(prefix, passphrase?.reveal()).catch(() => {
      throw thrown;
    });
  }
}
