/** A homeserver that knows nothing but keys, and people whose devices speak to the bot through it. */
import {
  DeviceId,
  EncryptionSettings,
  OlmMachine,
  RequestType,
  RoomId,
  UserId,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { expect } from "vitest";
import type { RawEvent } from "../../../src/chat/matrix/raw-event.ts";
import { MatrixId } from "../../../src/core/terms.ts";

export const bot = MatrixId.parse("@tandem:example.coop");
export const room = "!room:example.coop";

/** A homeserver that keeps devices' keys, and of one-time keys the bot's. */
export function keyServer() {
  const devices: Record<string, Record<string, unknown>> = {};
  const oneTime: Record<string, object> = {};
  const answers: Record<string, (body: never) => unknown> = {
    upload({ device_keys: keys, one_time_keys: more }: Upload) {
      if (keys !== undefined) devices[keys.user_id] = { [keys.device_id]: keys };
      if (keys === undefined || keys.user_id === bot) Object.assign(oneTime, more);
      return { one_time_key_counts: { signed_curve25519: 50 } };
    },
    query: () => ({ device_keys: devices }),
    claim() {
      const [id, key] = Object.entries(oneTime)[0] ?? expect.fail("no key is left");
      Reflect.deleteProperty(oneTime, id);
      return { one_time_keys: { [bot]: { TANDEM: { [id]: key } } } };
    },
  };
  const call = (endpoint: string, body: object): unknown => {
    const name = endpoint.split("/").at(-1) ?? "";
    server.onCall(name);
    return answers[name]?.(body as never) ?? {};
  };
  const server = { call, onCall: (_name: string): unknown => undefined };
  return server;
}
interface Upload {
  device_keys?: { user_id: string; device_id: string };
  one_time_keys?: object;
}
export type Server = ReturnType<typeof keyServer>;

const endpoints: Partial<Record<RequestType, string>> = {
  [RequestType.KeysUpload]: "upload",
  [RequestType.KeysQuery]: "query",
  [RequestType.KeysClaim]: "claim",
};

export interface Person {
  user: string;
  /** Brings the key of what they say in the room, as a sync answer does. */
  key: object;
  /** What they say there, as an event with this id. */
  seal: (id: string, body: string) => Promise<RawEvent>;
  close: () => void;
}

/** Somebody else's device, in the room with the bot. */
export async function person(server: Server, name: string): Promise<Person> {
  const user = `@${name}:example.coop`;
  const machine = await OlmMachine.initialize(new UserId(user), new DeviceId(name.toUpperCase()));
  const send = async (request: {
    id?: string | undefined;
    type: RequestType;
    body: string;
  }): Promise<void> => {
    const answer = server.call(endpoints[request.type] ?? "", JSON.parse(request.body) as object);
    await machine.markRequestAsSent(request.id ?? "", request.type, JSON.stringify(answer));
  };
  await machine.updateTrackedUsers([new UserId(bot)]);
  for (const request of await machine.outgoingRequests()) await send(request);
  await send((await machine.getMissingSessions([new UserId(bot)])) ?? expect.fail("no session is missing"));
  const shares = await machine.shareRoomKey(new RoomId(room), [new UserId(bot)], new EncryptionSettings());
  const { messages } = JSON.parse(shares[0]?.body ?? "{}") as {
    messages: Record<string, { TANDEM: object }>;
  };
  const content = messages[bot]?.TANDEM ?? expect.fail("the key is for nobody");
  return {
    user,
    key: { type: "m.room.encrypted", sender: user, content },
    seal: async (id, body) => {
      const said = JSON.stringify({ msgtype: "m.text", body });
      const sealed = await machine.encryptRoomEvent(new RoomId(room), "m.room.message", said);
      return {
        event_id: id,
        type: "m.room.encrypted",
        sender: user,
        origin_server_ts: 1,
        content: JSON.parse(sealed) as Record<string, unknown>,
      };
    },
    close: () => machine.close(),
  };
}
