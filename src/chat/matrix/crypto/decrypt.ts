import {
  DecryptionErrorCode,
  DecryptionSettings,
  MegolmDecryptionError,
  RoomId,
  TrustRequirement,
  UserId,
  type DecryptedRoomEvent,
  type OlmMachine,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { messageOf } from "../../../core/problem.ts";
import type { Trust } from "../../transport.ts";
import type { RawEvent } from "../raw-event.ts";
import { messageIndexOf } from "./message-index.ts";
import type { Pump } from "./pump.ts";
import { isUnknownDevice, trustOf } from "./trust.ts";

export type Decrypted =
  /** `index`: which message of its session it is. The machine reads each as often as it is shown. */
  | { readable: true; event: RawEvent; trust: Trust; index: number }
  /** `keyMayCome`: the room key is missing and may still arrive; else the event is broken or forged. */
  | { readable: false; keyMayCome: boolean; reason: string };

export type Decrypt = (room: string, event: RawEvent) => Promise<Decrypted>;

function staysUnknown(): void {
  // Without the homeserver the answer stays "unverified", which is the careful one.
}

/** Decrypts an event and says how far its sender can be trusted. Never rejects for what the event itself is. */
export function openDecrypt(machine: OlmMachine, pump: Pump): Decrypt {
  const attempt = (room: string, event: RawEvent): Promise<DecryptedRoomEvent> =>
    machine.decryptRoomEvent(
      JSON.stringify(event),
      new RoomId(room),
      // Who spoke with which device is judged by what they want, not by whether we listen.
      new DecryptionSettings(TrustRequirement.Untrusted),
    );

  return async (room, event) => {
    try {
      let decrypted = await attempt(room, event);
      if (isUnknownDevice(decrypted)) {
        await machine.updateTrackedUsers([new UserId(event.sender)]);
        await pump.run().catch(staysUnknown);
        decrypted = await attempt(room, event);
      }
      const index = messageIndexOf(event.content["ciphertext"]);
      if (index === undefined)
        return {
          readable: false,
          keyMayCome: false,
          reason: "its ciphertext is not written as clients write it",
        };
      const clear = JSON.parse(decrypted.event) as Pick<RawEvent, "type" | "content">;
      return {
        readable: true,
        event: { ...event, type: clear.type, content: clear.content },
        trust: await trustOf(machine, decrypted),
        index,
      };
    } catch (thrown) {
      if (!(thrown instanceof MegolmDecryptionError))
        return { readable: false, keyMayCome: false, reason: messageOf(thrown) };
      const { code, description, maybe_withheld: withheld } = thrown;
      const keyMayCome =
        code === DecryptionErrorCode.MissingRoomKey || code === DecryptionErrorCode.UnknownMessageIndex;
      return { readable: false, keyMayCome, reason: withheld ?? description };
    }
  };
}
