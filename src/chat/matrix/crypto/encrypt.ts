import {
  CollectStrategy,
  EncryptionSettings,
  HistoryVisibility,
  RoomId,
  UserId,
  type OlmMachine,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import type { Pump } from "./pump.ts";
import type { DurableStore } from "../store/index.ts";
import type { RoomEncryption } from "./room-encryption.ts";

/** Who may read: members' devices that their owners signed (MSC4153), or every device that the homeserver names. */
export type KeysFor = "signed-devices" | "all-devices";

export interface Readers {
  /** Members who get the room's key: the joined ones, and the invited ones where they may read. */
  users: string[];
  historyVisibility: string;
}

export type Encrypt = (
  room: string,
  type: string,
  content: object,
  readers: () => Promise<Readers>,
) => Promise<Record<string, unknown>>;

interface Parts {
  machine: OlmMachine;
  store: DurableStore;
  pump: Pump;
  rooms: RoomEncryption;
  keysFor: KeysFor;
  /** Told who of a room cannot read what is said there, because none of their devices gets its key. */
  onDeaf: (room: string, users: string[]) => void;
}

/**
 * Encrypts for a room: one at a time per room, since each message moves the room's key on. Before each message the
 * key is shared with devices that do not have it yet; the machine knows which.
 */
export function openEncrypt(parts: Parts): Encrypt {
  const last = new Map<string, Promise<unknown>>();
  return (room, type, content, readers) => {
    const before = last.get(room) ?? Promise.resolve();
    const mine = before.catch(toldItsCaller).then(() => encryptNow(parts, room, type, content, readers));
    last.set(room, mine);
    return mine;
  };
}

function toldItsCaller(): void {
  // The message before this one has failed for its own caller; it leaves the room's key as it was.
}

async function encryptNow(
  { machine, store, pump, rooms, keysFor, onDeaf }: Parts,
  room: string,
  type: string,
  content: object,
  readers: () => Promise<Readers>,
): Promise<Record<string, unknown>> {
  const { users, historyVisibility } = await readers();
  // The binding consumes what it is given, so every call gets ids of its own.
  const ids = (): UserId[] => users.map((user) => new UserId(user));
  await machine.updateTrackedUsers(ids());
  await pump.run();
  const claim = await machine.getMissingSessions(ids());
  if (claim) await pump.send(claim);
  const settings = await settingsOf(rooms, room, historyVisibility, keysFor);
  const shares = await machine.shareRoomKey(new RoomId(room), ids(), settings);
  for (const share of shares) await pump.send(share);
  if (shares.length > 0 && keysFor === "signed-devices")
    onDeaf(room, await withoutSignedDevice(machine, users));
  const encrypted = await machine.encryptRoomEvent(new RoomId(room), type, JSON.stringify(content));
  // The room's key has moved on; if that were forgotten, the next message would use this place of it again.
  await store.onDisk();
  return JSON.parse(encrypted) as Record<string, unknown>;
}

/** People without any device that they signed themselves: with `signed-devices` they get no keys. */
async function withoutSignedDevice(machine: OlmMachine, users: string[]): Promise<string[]> {
  const deaf: string[] = [];
  for (const user of users) {
    const devices = (await machine.getUserDevices(new UserId(user), 0)).devices();
    if (!devices.some((device) => device.isCrossSignedByOwner())) deaf.push(user);
  }
  return deaf;
}

async function settingsOf(
  rooms: RoomEncryption,
  room: string,
  historyVisibility: string,
  keysFor: KeysFor,
): Promise<EncryptionSettings> {
  const settings = new EncryptionSettings();
  const { periodMs, messages } = await rooms.rotation(room);
  settings.historyVisibility = visibilities[historyVisibility] ?? HistoryVisibility.Shared;
  // The binding counts in microseconds, the room's state in milliseconds.
  if (periodMs !== undefined) settings.rotationPeriod = BigInt(periodMs) * 1000n;
  if (messages !== undefined) settings.rotationPeriodMessages = BigInt(messages);
  settings.sharingStrategy =
    keysFor === "signed-devices" ? CollectStrategy.identityBasedStrategy() : CollectStrategy.allDevices();
  return settings;
}

const visibilities: Record<string, HistoryVisibility> = {
  invited: HistoryVisibility.Invited,
  joined: HistoryVisibility.Joined,
  shared: HistoryVisibility.Shared,
  world_readable: HistoryVisibility.WorldReadable,
};
