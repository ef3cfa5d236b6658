import { createHash } from "node:crypto";

/** A host key as people compare it. */
export interface HostKey {
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  fingerprint: string;
  /** `ED25519`, `ECDSA`, `RSA`; the file on the server is named after it in lower case. */
  kind: string;
  /** As known_hosts has it, without the name before it: `ssh-ed25519 AAAA…`. */
  known: string;
}

/** Reads a host key as it goes over the wire (RFC 4253 §6.6: its name with a length before it comes first). */
export function hostKeyOf(blob: Buffer): HostKey {
  const name = blob.toString("latin1", 4, 4 + blob.readUInt32BE(0));
  const kind = /ed25519/.test(name) ? "ED25519" : /ecdsa/.test(name) ? "ECDSA" : "RSA";
  const digest = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return { fingerprint: `SHA256:${digest}`, kind, known: `${name} ${blob.toString("base64")}` };
}
