import { DeviceId, OlmMachine, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
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

/** The crypto machine of one device over its durable store. */
export async function openMachine(
  settings: MachineSettings,
): Promise<{ machine: OlmMachine; close: () => void }> {
  const { userId, deviceId, file, passphrase, stop } = settings;
  const store: DurableStore = await openDurableStore(file, stop);
  try {
    const machine = await OlmMachine.initialize(
      new UserId(userId),
      new DeviceId(deviceId),
      store.prefix,
      passphrase?.reveal(),
    );
    // A room key that somebody else hands on proves nothing about who spoke.
    machine.roomKeyRequestsEnabled = false;
    machine.roomKeyForwardingEnabled = false;
    return {
      machine,
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
