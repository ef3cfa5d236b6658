import {
  DecryptionSettings,
  DeviceLists,
  TrustRequirement,
  UserId,
  type OlmMachine,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import type { DurableStore } from "../store/index.ts";
import type { Pump } from "./pump.ts";

/** The parts of a sync answer that are about devices and keys. */
export interface DeviceChanges {
  to_device?: { events?: unknown[] };
  device_lists?: { changed?: string[]; left?: string[] };
  device_one_time_keys_count?: Record<string, number>;
  device_unused_fallback_key_types?: string[];
}

/**
 * Takes in keys and device changes. On disk in one piece when it resolves: the machine itself writes the session with
 * somebody's device first and the room keys that came through it later, and a session reads no message twice. Killed
 * between the two, the room keys would be lost although the homeserver hands them out again. Rejects when the
 * homeserver could not be asked what had to be asked; the same changes can then be given again.
 */
export function openReceive(
  machine: OlmMachine,
  store: DurableStore,
  pump: Pump,
): (changes: DeviceChanges) => Promise<void> {
  let first = true;
  let lastStock = "";
  return async (changes) => {
    const events = changes.to_device?.events ?? [];
    const { changed = [], left = [] } = changes.device_lists ?? {};
    const counts = changes.device_one_time_keys_count ?? {};
    const fallbacks = changes.device_unused_fallback_key_types;
    // Most answers bring messages only; the machine would look through its store for nothing.
    const stock = JSON.stringify([counts, fallbacks]);
    if (!first && stock === lastStock && events.length + changed.length + left.length === 0) return;
    const taking = store.together(() =>
      machine.receiveSyncChanges(
        JSON.stringify(events),
        new DeviceLists(
          changed.map((user) => new UserId(user)),
          left.map((user) => new UserId(user)),
        ),
        new Map(Object.entries(counts)),
        new Set(fallbacks ?? []),
        new DecryptionSettings(TrustRequirement.Untrusted),
      ),
    );
    await pump.alongside(taking);
    await pump.run();
    // Not before: where an upload has failed, the same counts come again and must lead to it.
    lastStock = stock;
    first = false;
  };
}
