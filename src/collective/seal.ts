/** Sealing tokens: AES-256-GCM, a nonce of its own each time, the member's name bound to it. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { messageOf } from "../core/problem.ts";
import { collectiveKeyUnfit } from "../core/problems/collective.ts";
import { Secret } from "../core/secret.ts";

const cipher = "aes-256-gcm";
const keyBytes = 32;
/** As NIST SP 800-38D recommends for GCM: 96 bits. */
const nonceBytes = 12;
const tagBytes = 16;

export interface Seal {
  /** Nonce, ciphertext and tag, in base64. */
  close(member: string, value: string): string;
  /** Undefined when it was sealed with another key, for somebody else, or changed since. */
  open(member: string, sealed: string): Secret | undefined;
}

/** Reads 32 bytes from a file: as they are, or in base64. Throws `collective-key-unfit`. */
export function readSealingKey(file: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (thrown) {
    throw collectiveKeyUnfit({ file, reason: messageOf(thrown) }, thrown);
  }
  if (bytes.length === keyBytes) return bytes;
  const decoded = Buffer.from(bytes.toString("utf8").trim(), "base64");
  if (decoded.length === keyBytes) return decoded;
  throw collectiveKeyUnfit({ file, reason: `it holds ${decoded.length} bytes and not ${keyBytes}` });
}

export function openSeal(key: Buffer): Seal {
  return {
    close(member, value) {
      const nonce = randomBytes(nonceBytes);
      const sealing = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(member));
      const text = Buffer.concat([sealing.update(value, "utf8"), sealing.final()]);
      return Buffer.concat([nonce, text, sealing.getAuthTag()]).toString("base64");
    },
    open(member, sealed) {
      const bytes = Buffer.from(sealed, "base64");
      if (bytes.length < nonceBytes + tagBytes) return undefined;
      const opening = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      opening.setAAD(Buffer.from(member)).setAuthTag(bytes.subarray(-tagBytes));
      try {
        const text = opening.update(bytes.subarray(nonceBytes, -tagBytes));
        return new Secret(Buffer.concat([text, opening.final()]).toString("utf8"));
      } catch {
        // GCM says nothing more than that it does not fit.
        return undefined;
      }
    },
  };
}
