import { createPublicKey, verify } from "node:crypto";
import { OtherUserIdentity, UserId, type Device, type OlmMachine } from "@matrix-org/matrix-sdk-crypto-wasm";
import { canonicalJson } from "../../../core/canonical.ts";
import type { SeenIdentity } from "../../transport.ts";
import type { DurableStore } from "../store/index.ts";
import type { Pump } from "./pump.ts";

/** What of a published master key is looked at (Matrix 1.15, client-server API, "Cross-signing"). */
interface MasterKey {
  user_id: string;
  keys: Record<string, string>;
  signatures?: Record<string, Record<string, string>>;
  unsigned?: unknown;
}

/**
 * The identity that the homeserver shows for a person now, and the devices that vouch for it; null: they have none,
 * or `user` is the bot itself. Asks the homeserver, and rejects when it does not answer.
 */
export async function seenIdentity(
  machine: OlmMachine,
  pump: Pump,
  user: string,
): Promise<SeenIdentity | null> {
  const identity = await present(machine, pump, user);
  if (identity === null) return null;
  const master = masterOf(identity);
  const devices = (await machine.getUserDevices(new UserId(user))).devices();
  return {
    key: keyOf(master),
    counts: !identity.identityNeedsUserApproval(),
    devices: devices
      .filter((device) => device.isCrossSignedByOwner() && !device.isDeleted() && vouches(device, master))
      .map((device) => ({ id: shownId(device.deviceId.toString()), key: fingerprintOf(device) }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/**
 * Lets the present identity of a person count, if it is the one with this key; answers whether it is, and by then it is
 * on disk. Safe twice.
 */
export async function acceptIdentity(
  { machine, store, pump }: { machine: OlmMachine; store: DurableStore; pump: Pump },
  { user, key }: { user: string; key: string },
): Promise<boolean> {
  const identity = await present(machine, pump, user);
  if (identity === null || keyOf(masterOf(identity)) !== key) return false;
  await identity.pinCurrentMasterKey();
  await store.onDisk();
  return true;
}

/** As the homeserver shows it now: what the machine has kept may be older. */
async function present(machine: OlmMachine, pump: Pump, user: string): Promise<OtherUserIdentity | null> {
  await pump.send(machine.queryKeysForUsers([new UserId(user)]));
  const identity = await machine.getIdentity(new UserId(user));
  return identity instanceof OtherUserIdentity ? identity : null;
}

/**
 * Whether the device has signed the identity, as the one does on which a person sets up their keys. The other way
 * round proves nothing: a false identity can sign a person's true device as well.
 */
function vouches(device: Device, master: MasterKey): boolean {
  const signature = master.signatures?.[master.user_id]?.[`ed25519:${device.deviceId.toString()}`];
  if (signature === undefined) return false;
  const x = Buffer.from(fingerprintOf(device), "base64").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const signed = canonicalJson({ ...master, signatures: undefined, unsigned: undefined });
  return verify(null, Buffer.from(signed), key, Buffer.from(signature, "base64"));
}

function fingerprintOf(device: Device): string {
  return device.ed25519Key?.toBase64() ?? "";
}

function masterOf(identity: OtherUserIdentity): MasterKey {
  return JSON.parse(identity.masterKey) as MasterKey;
}

/** In unpadded base64. An identity has one master key, which is named after itself. */
function keyOf({ keys }: MasterKey): string {
  return Object.values(keys)[0] ?? "";
}

/** Whoever makes a device gives it any id: nothing in it may steer or end what it is shown in. */
function shownId(id: string): string {
  return id.replaceAll(/[`\p{C}\p{Z}]/gu, "").slice(0, 40);
}
