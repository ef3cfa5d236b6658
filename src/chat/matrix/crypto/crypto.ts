import { Attachment, EncryptedAttachment, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { IdentityKeys, SeenIdentity } from "../../transport.ts";
import type { Api } from "../api.ts";
import { openDecrypt, type Decrypt } from "./decrypt.ts";
import { openEncrypt, type Encrypt, type KeysFor } from "./encrypt.ts";
import { ensureCrossSigned, exportIdentity, fingerprintOf, type IdentitySettings } from "./identity.ts";
import { openMachine, type MachineSettings } from "./machine.ts";
import { acceptIdentity, seenIdentity } from "./peoples-identity.ts";
import { openPump } from "./pump.ts";
import { openReceive, type DeviceChanges } from "./receive.ts";
import { openRoomEncryption, type RoomEncryption } from "./room-encryption.ts";

export interface CryptoSettings extends MachineSettings {
  keysFor: KeysFor;
  /** Told who of a room cannot read there, each time its key is shared; nobody, when all can. */
  onDeaf: (room: string, users: string[]) => void;
}

export interface Crypto {
  readonly rooms: RoomEncryption;
  readonly fingerprint: string;
  readonly encrypt: Encrypt;
  readonly decrypt: Decrypt;
  /** As `openReceive` says. To be called before the events of the same sync are decrypted. */
  receive(changes: DeviceChanges): Promise<void>;
  /** Learns the devices of people who came into an encrypted room, so that their first words can be trusted. */
  watch(users: string[]): Promise<void>;
  ensureCrossSigned(settings: IdentitySettings): Promise<void>;
  /** The private halves of the bot's identity; null: this device does not have them. */
  exportIdentity(): Promise<IdentityKeys | null>;
  /** Encrypts a file. `info` is the `file` part of its message, without `url`. */
  encryptFile(bytes: Buffer): { bytes: Buffer; info: Record<string, unknown> };
  /**
   * The counterpart: decrypts a file that somebody sent. `info` is the `file` part of its message. Throws when the
   * bytes have another SHA-256 than it says, or when it makes no sense.
   */
  decryptFile(bytes: Buffer, info: Record<string, unknown>): Buffer;
  /** Calls back with each room and session whose key has come. Answers how to end it. */
  onRoomKey(listener: (room: string, session: string) => void): () => void;
  /** As `seenIdentity` and `acceptIdentity` of `peoples-identity.ts`. */
  identityOf(user: string): Promise<SeenIdentity | null>;
  acceptIdentity(user: string, key: string): Promise<boolean>;
  close(): void;
}

/** Opens the device's crypto machine and its store. Needs no network; problems as in `openMachine`. */
export async function openCrypto(settings: CryptoSettings, api: Api): Promise<Crypto> {
  const { machine, store, close } = await openMachine(settings);
  const pump = openPump(machine, store, api);
  const rooms = openRoomEncryption({ machine, store, api });
  const keyListeners = new Set<(room: string, session: string) => void>();
  machine.registerRoomKeyUpdatedCallback((keys) => {
    for (const { roomId, sessionId } of keys)
      for (const listener of keyListeners) listener(roomId.toString(), sessionId);
    return Promise.resolve();
  });
  return {
    rooms,
    fingerprint: fingerprintOf(machine),
    encrypt: openEncrypt({ machine, store, pump, rooms, keysFor: settings.keysFor, onDeaf: settings.onDeaf }),
    decrypt: openDecrypt(machine, pump),
    receive: openReceive(machine, store, pump),
    watch: async (users) => {
      await machine.updateTrackedUsers(users.map((user) => new UserId(user)));
      await pump.run();
    },
    exportIdentity: () => exportIdentity(machine),
    ensureCrossSigned: (identity) => ensureCrossSigned({ machine, api, pump }, identity),
    encryptFile(bytes) {
      const encrypted = Attachment.encrypt(bytes);
      const info = JSON.parse(encrypted.mediaEncryptionInfo ?? "{}") as Record<string, unknown>;
      return { bytes: Buffer.from(encrypted.encryptedData), info };
    },
    decryptFile(bytes, info) {
      // Freed at once: the binding's memory does not shrink by itself.
      using encrypted = new EncryptedAttachment(bytes, JSON.stringify(info));
      return Buffer.from(Attachment.decrypt(encrypted));
    },
    onRoomKey(listener) {
      keyListeners.add(listener);
      return () => keyListeners.delete(listener);
    },
    identityOf: (user) => seenIdentity(machine, pump, user),
    acceptIdentity: (user, key) => acceptIdentity({ machine, store, pump }, { user, key }),
    close,
  };
}
