/**
 * A person in a room, through matrix-js-sdk with its own encryption: what a client of the field sees of the bot.
 * Keys are in memory; the device is cross-signed as Element's are.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  ClientEvent,
  createClient,
  EventType,
  MatrixEventEvent,
  Preset,
  RoomEvent,
  type MatrixClient,
  type MatrixEvent,
} from "matrix-js-sdk";
import * as logging from "matrix-js-sdk/lib/logger.js";
import {
  AllDevicesIsolationMode,
  OnlySignedDevicesIsolationMode,
} from "matrix-js-sdk/lib/crypto-api/index.js";
import type { TestUser } from "./synapse/index.ts";

export interface MemberOptions {
  /** Accepts and serves only cross-signed devices (MSC4153). */
  strict?: boolean;
  /** Signs the own device; people who never verified their app have none. */
  crossSigned?: boolean;
}

export interface Member {
  userId: string;
  client: MatrixClient;
  /** A new room with these people, encrypted unless said otherwise. Resolves when they have joined. */
  room(
    invite: string[],
    options?: { version?: string; encrypted?: boolean; rotationMessages?: number },
  ): Promise<string>;
  say(room: string, text: string, more?: Record<string, unknown>): Promise<string>;
  react(room: string, target: string, symbol: string): Promise<string>;
  redact(room: string, target: string): Promise<void>;
  /** Every decrypted message of `sender` in the room so far, oldest first. */
  messages(room: string, sender: string): MatrixEvent[];
  /** The first message of `sender` whose body is, or matches, `body`; waits for it. */
  hear(room: string, sender: string, body: string | RegExp, patienceMs?: number): Promise<MatrixEvent>;
  /** Events that could not be decrypted, by reason. */
  unreadable(room: string): string[];
  joined(room: string, user: string): Promise<void>;
  stop(): void;
}

const mute = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  getChild: () => mute,
};

/** Parts of the library write to the terminal past the logger that they are given. */
function muteLibrary(): void {
  const { logger: loud } = logging as unknown as { logger: { methodFactory: unknown; rebuild: () => void } };
  loud.methodFactory = () => () => undefined;
  loud.rebuild();
}

export async function startMember(url: string, user: TestUser, options: MemberOptions = {}): Promise<Member> {
  muteLibrary();
  const client = createClient({
    baseUrl: url,
    accessToken: user.accessToken,
    userId: user.userId,
    deviceId: user.deviceId,
    logger: mute,
  });
  await client.initRustCrypto({ useIndexedDB: false });
  await client.startClient({ initialSyncLimit: 100 });
  await new Promise<void>((synced) => client.once(ClientEvent.Sync, () => synced()));
  const crypto = client.getCrypto();
  if (options.crossSigned ?? true)
    await crypto?.bootstrapCrossSigning({
      authUploadDeviceSigningKeys: (make) => make(null),
    });
  crypto?.setDeviceIsolationMode(
    options.strict === true ? new OnlySignedDevicesIsolationMode() : new AllDevicesIsolationMode(true),
  );
  return assemble(client, user.userId);
}

function assemble(client: MatrixClient, userId: string): Member {
  const seen = new Map<string, Map<string, MatrixEvent>>();
  const failed = new Map<string, Map<string, string>>();
  const waiting = new Set<() => void>();
  const take = (event: MatrixEvent): void => {
    const room = event.getRoomId() ?? "";
    const id = event.getId() ?? "";
    const failures = failed.get(room) ?? new Map<string, string>();
    failed.set(room, failures);
    if (event.isDecryptionFailure()) failures.set(id, String(event.decryptionFailureReason));
    else failures.delete(id);
    if (event.getType() !== "m.room.message" || event.isDecryptionFailure()) return;
    const events = seen.get(room) ?? new Map<string, MatrixEvent>();
    seen.set(room, events.set(id, event));
    for (const wake of waiting) wake();
  };
  client.on(RoomEvent.Timeline, (event) => {
    if (event.isEncrypted() && event.getClearContent() === null) {
      event.on(MatrixEventEvent.Decrypted, take);
      client.decryptEventIfNeeded(event).then(
        () => take(event),
        () => take(event),
      );
    } else take(event);
  });

  const messages = (room: string, sender: string): MatrixEvent[] =>
    [...(seen.get(room)?.values() ?? [])].filter((event) => event.getSender() === sender);
  const joined = async (room: string, user: string): Promise<void> => {
    for (let tries = 0; tries < 200; tries++) {
      if (client.getRoom(room)?.getMember(user)?.membership === "join") return;
      await sleep(50);
    }
    throw new Error(`${user} did not join`);
  };
  const { room, say, react } = talking(client, joined);
  return {
    userId,
    client,
    messages,
    joined,
    room,
    say,
    react,
    redact: async (roomId, target) => {
      await client.redactEvent(roomId, target);
    },
    hear: (roomId, sender, body, patienceMs = 60_000) => {
      const matches = (event: MatrixEvent): boolean => {
        const text = String(event.getContent()["body"]);
        return typeof body === "string" ? text === body : body.test(text);
      };
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(look);
          const had = messages(roomId, sender).map((event) => String(event.getContent()["body"]));
          const unread = [...(failed.get(roomId)?.values() ?? [])];
          reject(
            new Error(
              `not heard: ${String(body)}; heard ${JSON.stringify(had)}, unreadable ${String(unread)}`,
            ),
          );
        }, patienceMs);
        const look = (): void => {
          const found = messages(roomId, sender).find(matches);
          if (found === undefined) return;
          clearTimeout(late);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
    unreadable: (roomId) => [...(failed.get(roomId)?.values() ?? [])],
    stop: () => client.stopClient(),
  };
}

function talking(
  client: MatrixClient,
  joined: (room: string, user: string) => Promise<void>,
): Pick<Member, "room" | "say" | "react"> {
  const send = (
    room: string,
    type: EventType.RoomMessage | EventType.Reaction,
    content: object,
  ): Promise<{ event_id: string }> => client.sendEvent(room, type, content as never);
  return {
    async room(invite, { version, encrypted = true, rotationMessages } = {}) {
      const content = {
        algorithm: "m.megolm.v1.aes-sha2",
        ...(rotationMessages !== undefined && { rotation_period_msgs: rotationMessages }),
      };
      const { room_id: room } = await client.createRoom({
        preset: Preset.PrivateChat,
        invite,
        ...(version !== undefined && { room_version: version }),
        ...(encrypted && { initial_state: [{ type: "m.room.encryption", state_key: "", content }] }),
      });
      for (const user of invite) await joined(room, user);
      return room;
    },
    say: async (room, text, more = {}) =>
      (await send(room, EventType.RoomMessage, { msgtype: "m.text", body: text, ...more })).event_id,
    react: async (room, target, symbol) => {
      const relation = { rel_type: "m.annotation", event_id: target, key: symbol };
      return (await send(room, EventType.Reaction, { "m.relates_to": relation })).event_id;
    },
  };
}
