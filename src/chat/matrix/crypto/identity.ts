import { randomBytes } from "node:crypto";
import { DeviceId, UserId, type Device, type OlmMachine } from "@matrix-org/matrix-sdk-crypto-wasm";
import {
  deviceKeysLost,
  identityNeedsPassword,
  recoveryKeyNeeded,
  recoveryKeyWrong,
} from "../../../core/problems/chat.ts";
import { Secret } from "../../../core/secret.ts";
import type { IdentityKeys } from "../../transport.ts";
import { path, type Api } from "../api.ts";
import { failureOf } from "../failure.ts";
import { isRecord } from "../raw-event.ts";
import type { CryptoRequest, Pump } from "./pump.ts";
import { encodeRecoveryKey } from "./recovery-key.ts";
import { describeKey, seal, storageAlgorithm, storageKeyOf, unseal } from "./secret-storage.ts";

export interface IdentitySettings {
  /** Opens an identity that the account already has: recovery key, or the passphrase of its secret storage. */
  recoveryKey?: Secret | undefined;
  /** The keys themselves, from Tandem's own backup. They are tried before the recovery key. */
  identityKeys?: IdentityKeys | undefined;
  /** Told when the device is signed: keys that were handed in are of no more use. */
  onSigned?: (() => void) | undefined;
  /** Makes a new identity although the account has one. Every member's app will warn about it. */
  resetIdentity?: boolean | undefined;
  /** Some homeservers want it before they take a new identity. */
  password?: Secret | undefined;
  /** Gets the recovery key of an identity that was made here. Without it none is made. */
  keepRecoveryKey?: ((key: Secret) => void) | undefined;
}

interface Parts {
  machine: OlmMachine;
  api: Api;
  pump: Pump;
}

const secretNames = [
  "m.cross_signing.master",
  "m.cross_signing.self_signing",
  "m.cross_signing.user_signing",
] as const;

/**
 * Sees to it that the bot's device is signed by the bot's own identity. An account without identity gets one; an
 * existing one is opened with the recovery key; it is replaced only when `resetIdentity` says so. Problems:
 * device-keys-lost, recovery-key-needed, recovery-key-wrong, identity-needs-password.
 */
export async function ensureCrossSigned(parts: Parts, settings: IdentitySettings): Promise<void> {
  await sign(parts, settings);
  settings.onSigned?.();
}

async function sign(parts: Parts, settings: IdentitySettings): Promise<void> {
  const { machine, pump } = parts;
  await checkOwnKeys(parts);
  if ((await ownDevice(machine))?.isCrossSignedByOwner() === true) return;
  await pump.run();
  // Brings the account's public identity into the machine, which then drops private keys that do not belong to it.
  await pump.send(machine.queryKeysForUsers([new UserId(machine.userId.toString())]));
  if ((await ownDevice(machine))?.isCrossSignedByOwner() === true) return;

  const exists = (await machine.getIdentity(new UserId(machine.userId.toString()))) !== undefined;
  const mine = (await machine.crossSigningStatus()).hasSelfSigning;
  if (!exists) await makeIdentity(parts, settings, !mine);
  else if (mine) await finishSigning(parts, settings);
  else if (settings.identityKeys !== undefined) await takeOverIdentity(parts, settings.identityKeys);
  else if (settings.recoveryKey !== undefined) await openIdentity(parts, settings.recoveryKey);
  else if (settings.resetIdentity === true) await makeIdentity(parts, settings, true);
  else throw recoveryKeyNeeded({ user: machine.userId.toString() });
}

/** The homeserver may know this device with other keys: then the store is new, or older than the device. */
async function checkOwnKeys({ machine, api }: Parts): Promise<void> {
  const [user, device] = [machine.userId.toString(), machine.deviceId.toString()];
  const body = { device_keys: { [user]: [device] } };
  const answer = await api.call<{
    device_keys?: Record<string, Record<string, { keys?: Record<string, string> }>>;
  }>("POST", "/_matrix/client/v3/keys/query", { body });
  const known = answer.device_keys?.[user]?.[device]?.keys?.[`ed25519:${device}`];
  if (known !== undefined && known !== fingerprintOf(machine)) throw deviceKeysLost({ user, device });
}

/** The public fingerprint of the bot's device, for people to compare. */
export function fingerprintOf(machine: OlmMachine): string {
  return machine.identityKeys.ed25519.toBase64();
}

async function ownDevice(machine: OlmMachine): Promise<Device | undefined> {
  return machine.getDevice(
    new UserId(machine.userId.toString()),
    new DeviceId(machine.deviceId.toString()),
    0,
  );
}

/** This device has the private keys and is not signed: a start was cut short, before or after the keys were kept. */
async function finishSigning(parts: Parts, settings: IdentitySettings): Promise<void> {
  const wasMadeHere = settings.identityKeys === undefined && settings.recoveryKey === undefined;
  if (wasMadeHere) await storeIdentity(parts, settings);
  await signDevice(parts);
}

/**
 * `fresh` makes new keys; otherwise those that were made before a crash are used. The signature comes last: a device
 * that is signed has its recovery key kept.
 */
async function makeIdentity(parts: Parts, settings: IdentitySettings, fresh: boolean): Promise<void> {
  const { machine, pump } = parts;
  const requests = await machine.bootstrapCrossSigning(fresh);
  if (requests.uploadKeysRequest) await pump.send(requests.uploadKeysRequest as CryptoRequest);
  await uploadIdentity(
    parts,
    JSON.parse(requests.uploadSigningKeysRequest.body) as object,
    settings.password,
  );
  await storeIdentity(parts, settings);
  await pump.send(requests.uploadSignaturesRequest);
  await pump.send(machine.queryKeysForUsers([new UserId(machine.userId.toString())]));
}

/** A homeserver may want proof first (user-interactive authentication): 401 with a session to answer in. */
async function uploadIdentity({ machine, api }: Parts, body: object, password?: Secret): Promise<void> {
  const endpoint = "/_matrix/client/v3/keys/device_signing/upload";
  const user = machine.userId.toString();
  try {
    await api.call("POST", endpoint, { body });
  } catch (thrown) {
    const { statusCode, body: answer } = thrown as { statusCode?: number; body?: unknown };
    if (statusCode !== 401 || failureOf(thrown).kind === "token") throw thrown;
    if (password === undefined) throw identityNeedsPassword({ user, homeserver: api.homeserver }, thrown);
    const session = isRecord(answer) ? answer["session"] : undefined;
    const identifier = { type: "m.id.user", user };
    const auth = { type: "m.login.password", identifier, password: password.reveal(), session };
    await api.call("POST", endpoint, { body: { ...body, auth } });
  }
}

async function signDevice({ machine, pump }: Parts): Promise<void> {
  const device = await ownDevice(machine);
  if (device === undefined) throw new Error("the homeserver does not list the bot's own device");
  await pump.send(await device.verify());
  await pump.send(machine.queryKeysForUsers([new UserId(machine.userId.toString())]));
}

/** The private halves of the bot's identity, for its backup; null: this device does not have them all. */
export async function exportIdentity(machine: OlmMachine): Promise<IdentityKeys | null> {
  const keys = await machine.exportCrossSigningKeys();
  const { masterKey: master, self_signing_key: selfSigning, userSigningKey: userSigning } = keys ?? {};
  if (master === undefined || selfSigning === undefined || userSigning === undefined) return null;
  return { user: machine.userId.toString(), master, selfSigning, userSigning };
}

async function takeOverIdentity(parts: Parts, keys: IdentityKeys): Promise<void> {
  const { machine } = parts;
  const user = machine.userId.toString();
  if (keys.user !== user) throw recoveryKeyWrong({ user, reason: `the keys are of ${keys.user}` });
  await machine.importCrossSigningKeys(keys.master, keys.selfSigning, keys.userSigning);
  if (!(await machine.crossSigningStatus()).hasSelfSigning)
    throw recoveryKeyWrong({ user, reason: "the keys of the backup belong to an older identity" });
  await signDevice(parts);
}

async function openIdentity(parts: Parts, recoveryKey: Secret): Promise<void> {
  const { machine } = parts;
  const user = machine.userId.toString();
  const id = (await accountData(parts, "m.secret_storage.default_key"))?.["key"];
  if (typeof id !== "string")
    throw recoveryKeyWrong({ user, reason: "the account keeps no secrets that it could open" });
  const key = storageKeyOf(
    recoveryKey.reveal(),
    (await accountData(parts, `m.secret_storage.key.${id}`)) ?? {},
  );
  if (key === undefined)
    throw recoveryKeyWrong({ user, reason: "it belongs to another key, or was mistyped" });
  const secrets: string[] = [];
  for (const name of secretNames) {
    const encrypted = (await accountData(parts, name))?.["encrypted"];
    const secret = unseal(key, name, isRecord(encrypted) ? encrypted[id] : undefined);
    if (secret === undefined) throw recoveryKeyWrong({ user, reason: `${name} is not kept under it` });
    // Padded keys are dropped by the machine without a word.
    secrets.push(secret.replace(/=+$/, ""));
  }
  await machine.importCrossSigningKeys(...(secrets as [string, string, string]));
  if (!(await machine.crossSigningStatus()).hasSelfSigning)
    throw recoveryKeyWrong({ user, reason: "the secrets belong to an older identity of this account" });
  await signDevice(parts);
}

/**
 * Keeps the new identity at the homeserver, sealed with a new recovery key, for the day the device is lost. The key is
 * kept before anything needs it.
 */
async function storeIdentity(parts: Parts, { keepRecoveryKey: keep }: IdentitySettings): Promise<void> {
  if (keep === undefined) return;
  const keys = await parts.machine.exportCrossSigningKeys();
  const secrets = [keys?.masterKey, keys?.self_signing_key, keys?.userSigningKey];
  const key = randomBytes(32);
  const id = randomBytes(24).toString("base64url");
  keep(new Secret(encodeRecoveryKey(key)));
  for (const [index, name] of secretNames.entries()) {
    const secret = secrets[index];
    if (secret !== undefined)
      await setAccountData(parts, name, { encrypted: { [id]: seal(key, name, secret) } });
  }
  await setAccountData(parts, `m.secret_storage.key.${id}`, {
    ...describeKey(key),
    algorithm: storageAlgorithm,
  });
  await setAccountData(parts, "m.secret_storage.default_key", { key: id });
}

async function accountData(
  { machine, api }: Parts,
  type: string,
): Promise<Record<string, unknown> | undefined> {
  try {
    const user = machine.userId.toString();
    return await api.call("GET", path`/_matrix/client/v3/user/${user}/account_data/${type}`);
  } catch (thrown) {
    if (failureOf(thrown).code === "M_NOT_FOUND") return undefined;
    throw thrown;
  }
}

async function setAccountData({ machine, api }: Parts, type: string, body: object): Promise<void> {
  const user = machine.userId.toString();
  await api.call("PUT", path`/_matrix/client/v3/user/${user}/account_data/${type}`, { body });
}
