import { path, type Api } from "./api.ts";
import type { Crypto } from "./crypto/index.ts";
import { failureOf } from "./failure.ts";
import { isRecord } from "./raw-event.ts";
import type { Rooms } from "./rooms.ts";
import type { ChatState } from "./state.ts";

interface Parts {
  self: string;
  api: Api;
  crypto: Crypto;
  rooms: Rooms;
  state: ChatState;
}

export type DirectRoom = (matrixId: string, rather?: string) => Promise<string>;

/**
 * The encrypted room that the bot shares with one person: `rather` (where the person asked), else the one used last,
 * else one of the account's `m.direct` list, else a new one into which the person is invited. A room that the person
 * has left is not used again.
 */
export function openDirectRooms(parts: Parts): DirectRoom {
  const { state } = parts;
  /** Two messages at once must not make two rooms. */
  const finding = new Map<string, Promise<string>>();
  return (matrixId, rather) => {
    const found =
      finding.get(matrixId) ?? find(parts, matrixId, rather).finally(() => void finding.delete(matrixId));
    finding.set(matrixId, found);
    return found.then((room) => {
      state.set(stateKey(matrixId), room);
      return room;
    });
  };
}

function stateKey(matrixId: string): string {
  return `matrix/direct/${matrixId}`;
}

async function find(parts: Parts, matrixId: string, rather?: string): Promise<string> {
  const { state } = parts;
  if (rather !== undefined && (await isUsable(parts, rather, matrixId))) return rather;
  const listed = await directList(parts);
  const last = state.get(stateKey(matrixId));
  const candidates = [...(isText(last) ? [last] : []), ...(listed[matrixId] ?? []).toReversed()];
  for (const room of candidates) if (await isUsable(parts, room, matrixId)) return room;
  const made = await make(parts, matrixId);
  state.set(stateKey(matrixId), made);
  await setDirectList(parts, { ...listed, [matrixId]: [...(listed[matrixId] ?? []), made] });
  return made;
}

/** Only an encrypted room of these two: what is said here, such as a sign-in link, is for one person. */
async function isUsable({ self, rooms, crypto }: Parts, room: string, matrixId: string): Promise<boolean> {
  try {
    const { users } = await rooms.readers(room);
    const isForTwo = users.length === 2 && users.includes(self) && users.includes(matrixId);
    return isForTwo && (await crypto.rooms.isEncrypted(room));
  } catch (thrown) {
    if (failureOf(thrown).kind === "refused") return false;
    throw thrown;
  }
}

async function make({ api, crypto }: Parts, matrixId: string): Promise<string> {
  const encryption = { algorithm: "m.megolm.v1.aes-sha2" };
  const { room_id: room } = await api.call<{ room_id: string }>("POST", "/_matrix/client/v3/createRoom", {
    body: {
      preset: "trusted_private_chat",
      is_direct: true,
      invite: [matrixId],
      initial_state: [{ type: "m.room.encryption", state_key: "", content: encryption }],
    },
  });
  await crypto.rooms.note(room, encryption);
  return room;
}

async function directList({ self, api }: Parts): Promise<Record<string, string[]>> {
  try {
    const list = await api.call("GET", path`/_matrix/client/v3/user/${self}/account_data/m.direct`);
    if (!isRecord(list)) return {};
    const entries = Object.entries(list).map(([user, rooms]) => [
      user,
      Array.isArray(rooms) ? rooms.filter(isText) : [],
    ]);
    return Object.fromEntries(entries) as Record<string, string[]>;
  } catch (thrown) {
    if (failureOf(thrown).code === "M_NOT_FOUND") return {};
    throw thrown;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

async function setDirectList({ self, api }: Parts, list: Record<string, string[]>): Promise<void> {
  await api.call("PUT", path`/_matrix/client/v3/user/${self}/account_data/m.direct`, { body: list });
}
