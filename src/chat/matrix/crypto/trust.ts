import {
  OtherUserIdentity,
  ShieldColor,
  ShieldStateCode,
  UserId,
  type DecryptedRoomEvent,
  type OlmMachine,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import type { Trust } from "../../transport.ts";

/** The sender's device is not known yet: asking the homeserver for it may change that. */
export function isUnknownDevice(event: DecryptedRoomEvent): boolean {
  return event.shieldState(true).code === ShieldStateCode.UnknownDevice;
}

/**
 * `verified` only when the sender signed the device with their own identity, and that identity is the one that we
 * first saw. (A homeserver's admin can make devices and even a new identity, but not sign with the old one.)
 * That nobody compared emoji with the sender (UnverifiedIdentity) is the normal case for a bot.
 */
export async function trustOf(machine: OlmMachine, event: DecryptedRoomEvent): Promise<Trust> {
  const shield = event.shieldState(true);
  const crossSigned = shield.color === ShieldColor.None || shield.code === ShieldStateCode.UnverifiedIdentity;
  if (!crossSigned || event.forwarder !== undefined) return "unverified";
  const identity = await machine.getIdentity(new UserId(event.sender.toString()));
  if (identity === undefined) return "unverified";
  if (identity instanceof OtherUserIdentity && identity.identityNeedsUserApproval()) return "unverified";
  return "verified";
}
