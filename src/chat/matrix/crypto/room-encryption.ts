import {
  EncryptionAlgorithm,
  RoomId,
  RoomSettings,
  type OlmMachine,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { path, type Api } from "../api.ts";
import { failureOf } from "../failure.ts";
import type { DurableStore } from "../store/index.ts";

export interface Rotation {
  /** After this long, ms, or this many messages, a room gets a new key. */
  periodMs?: number;
  messages?: number;
}

/** What is known about the encryption of rooms. Once encrypted, always encrypted: kept in the durable store. */
export interface RoomEncryption {
  /**
   * Whether the room is encrypted. Only a homeserver that says "there is no such state" makes it false; when it
   * cannot be asked, this rejects, and nothing is sent.
   */
  isEncrypted(room: string): Promise<boolean>;
  /** The room said that it is encrypted. Durable when it resolves. */
  note(room: string, content: Record<string, unknown>): Promise<void>;
  rotation(room: string): Promise<Rotation>;
}

interface Parts {
  machine: OlmMachine;
  store: Pick<DurableStore, "onDisk">;
  api: Api;
}

export function openRoomEncryption({ machine, store, api }: Parts): RoomEncryption {
  /** Rooms known to be unencrypted so far. An `m.room.encryption` in sync ends that. */
  const clear = new Set<string>();
  const encrypted = new Map<string, Rotation>();
  let notes = 0;

  const stored = async (room: string): Promise<Rotation | undefined> => {
    const known = await machine.getRoomSettings(new RoomId(room));
    return known && rotationOf(known.sessionRotationPeriodMs, known.sessionRotationPeriodMessages);
  };

  const note = async (room: string, content: Record<string, unknown>): Promise<void> => {
    notes++;
    clear.delete(room);
    const rotation = rotationOf(content["rotation_period_ms"], content["rotation_period_msgs"]);
    // Before anything else, so that even a failure below leaves the room closed for clear text.
    encrypted.set(room, encrypted.get(room) ?? rotation);
    const before = await stored(room);
    // The first event counts: a later one could be forged to keep one key for ever, and the machine takes no change.
    if (before === undefined) {
      const settings = new RoomSettings();
      settings.algorithm = EncryptionAlgorithm.MegolmV1AesSha2;
      settings.sessionRotationPeriodMs = rotation.periodMs;
      settings.sessionRotationPeriodMessages = rotation.messages;
      await machine.setRoomSettings(new RoomId(room), settings);
    }
    await store.onDisk();
    encrypted.set(room, before ?? rotation);
  };

  return {
    note,
    async isEncrypted(room) {
      if (encrypted.has(room)) return true;
      if (clear.has(room)) return false;
      const known = await stored(room);
      if (known !== undefined) {
        encrypted.set(room, known);
        return true;
      }
      const asked = notes;
      try {
        const state = path`/_matrix/client/v3/rooms/${room}/state/m.room.encryption/`;
        await note(room, await api.call<Record<string, unknown>>("GET", state));
        return true;
      } catch (thrown) {
        if (failureOf(thrown).code !== "M_NOT_FOUND") throw thrown;
        // Encryption may have been switched on while the answer was on its way.
        if (asked === notes) clear.add(room);
        return encrypted.has(room);
      }
    },
    async rotation(room) {
      return encrypted.get(room) ?? (await stored(room)) ?? {};
    },
  };
}

function rotationOf(periodMs: unknown, messages: unknown): Rotation {
  return {
    ...(isCount(periodMs) && { periodMs }),
    ...(isCount(messages) && { messages }),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
