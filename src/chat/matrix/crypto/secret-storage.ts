/**
 * Secrets that the homeserver keeps for an account without being able to read them:
 * `m.secret_storage.v1.aes-hmac-sha2`
 * of the Matrix specification ("Secret storage"). Only what cross-signing needs.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { isRecord } from "../raw-event.ts";
import { decodeRecoveryKey } from "./recovery-key.ts";

export const storageAlgorithm = "m.secret_storage.v1.aes-hmac-sha2";

export interface Sealed {
  iv: string;
  ciphertext: string;
  mac: string;
}

/** What an account says about its storage key, `m.secret_storage.key.<id>`. */
export type KeyDescription = Record<string, unknown>;

/**
 * The storage key from what was typed: a recovery key, or the passphrase where the account has one. Undefined when
 * it does not fit the account's own check, so that nothing is ever opened with a wrong key.
 */
export function storageKeyOf(typed: string, description: KeyDescription): Buffer | undefined {
  const key = decodeRecoveryKey(typed) ?? fromPassphrase(typed, description["passphrase"]);
  if (key === undefined) return undefined;
  const { iv, mac } = description;
  // Accounts without a check value exist; the secrets have a MAC of their own.
  if (typeof iv !== "string" || typeof mac !== "string") return key;
  return sameBase64(sealWith(key, "", Buffer.alloc(32), bytesOf(iv)).mac, mac) ? key : undefined;
}

/** How an account describes `key`, so that a typed key can be checked. */
export function describeKey(key: Buffer): KeyDescription {
  const { iv, mac } = sealWith(key, "", Buffer.alloc(32), newIv());
  return { algorithm: storageAlgorithm, iv, mac };
}

/** The secret, or undefined when the key is not the one it was sealed with. */
export function unseal(key: Buffer, name: string, sealed: unknown): string | undefined {
  if (!isRecord(sealed)) return undefined;
  const { iv, ciphertext, mac } = sealed;
  if (typeof iv !== "string" || typeof ciphertext !== "string" || typeof mac !== "string") return undefined;
  const { aes, hmac } = derive(key, name);
  const bytes = bytesOf(ciphertext);
  if (!sameBase64(macOf(hmac, bytes), mac)) return undefined;
  const decipher = createDecipheriv("aes-256-ctr", aes, bytesOf(iv));
  return Buffer.concat([decipher.update(bytes), decipher.final()]).toString();
}

export function seal(key: Buffer, name: string, secret: string): Sealed {
  return sealWith(key, name, Buffer.from(secret), newIv());
}

function sealWith(key: Buffer, name: string, secret: Buffer, iv: Buffer): Sealed {
  const { aes, hmac } = derive(key, name);
  const cipher = createCipheriv("aes-256-ctr", aes, iv);
  const bytes = Buffer.concat([cipher.update(secret), cipher.final()]);
  return { iv: base64(iv), ciphertext: base64(bytes), mac: macOf(hmac, bytes) };
}

/** Bit 63 of the counter is cleared: some platforms count only 64 bits (specification). */
function newIv(): Buffer {
  const iv = randomBytes(16);
  iv[8] = (iv[8] ?? 0) & 0x7f;
  return iv;
}

function derive(key: Buffer, name: string): { aes: Buffer; hmac: Buffer } {
  const bytes = Buffer.from(hkdfSync("sha256", key, Buffer.alloc(32), name, 64));
  return { aes: bytes.subarray(0, 32), hmac: bytes.subarray(32) };
}

function fromPassphrase(typed: string, how: unknown): Buffer | undefined {
  if (!isRecord(how) || how["algorithm"] !== "m.pbkdf2") return undefined;
  const { salt, iterations, bits = 256 } = how;
  if (typeof salt !== "string" || typeof iterations !== "number" || typeof bits !== "number")
    return undefined;
  return pbkdf2Sync(typed, salt, iterations, bits / 8, "sha512");
}

function macOf(key: Buffer, bytes: Buffer): string {
  return base64(createHmac("sha256", key).update(bytes).digest());
}

/** Clients differ in whether they pad, so both are read and bytes are compared. */
function sameBase64(a: string, b: string): boolean {
  const [one, other] = [bytesOf(a), bytesOf(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, "base64");
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
