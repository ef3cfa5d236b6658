/**
 * Files as members' clients send them, encrypted by hand after the Matrix specification ("Sending encrypted
 * attachments"): the library that decrypts at the bot has no part in it.
 */
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import type { Member } from "./matrix-member.ts";

export interface Sealed {
  sealed: Buffer;
  /** The `file` of its message, still without `url`. */
  info: Record<string, unknown>;
}

/** AES-CTR with 256 bits, the counter's half of the IV zero, SHA-256 of the ciphertext. */
export function seal(bytes: Buffer): Sealed {
  const key = randomBytes(32);
  const iv = Buffer.concat([randomBytes(8), Buffer.alloc(8)]);
  const cipher = createCipheriv("aes-256-ctr", key, iv);
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  const unpadded = (data: Buffer): string => data.toString("base64").replace(/=+$/, "");
  const jwk = { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", ext: true };
  return {
    sealed,
    info: {
      v: "v2",
      key: { ...jwk, k: key.toString("base64url") },
      iv: unpadded(iv),
      hashes: { sha256: unpadded(createHash("sha256").update(sealed).digest()) },
    },
  };
}

/** Uploads bytes as they are; answers their mxc:// address. */
export async function upload(
  url: string,
  member: Member,
  bytes: Buffer,
  type = "application/octet-stream",
): Promise<string> {
  const response = await fetch(`${url}/_matrix/media/v3/upload`, {
    method: "POST",
    headers: { authorization: `Bearer ${member.client.getAccessToken() ?? ""}`, "content-type": type },
    body: new Uint8Array(bytes),
  });
  return ((await response.json()) as { content_uri: string }).content_uri;
}

/** What a message relates to when it replies to an event. */
export function replyTo(eventId: string): Record<string, unknown> {
  return { "m.relates_to": { "m.in_reply_to": { event_id: eventId } } };
}
