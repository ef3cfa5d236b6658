/**
 * A repository whose password is tried out in a millisecond. restic stretches passwords so that each of its calls takes
 * half a second of a processor, and the tests make hundreds of calls; how long that takes shows nothing about ours.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** As restic writes it (its design document, "Keys, Encryption and MAC"); what is not named here stays as it is. */
interface KeyFile {
  N: number;
  r: number;
  p: number;
  salt: string;
  data: string;
}

/** Writes the only key of a repository in a folder anew, for the same password, with less stretching. */
export function quickKey(repository: string, passwordFile: string): void {
  const password = readFileSync(passwordFile, "utf8").trim();
  const folder = path.join(repository, "keys");
  const [name = ""] = readdirSync(folder);
  const known = JSON.parse(readFileSync(path.join(folder, name), "utf8")) as KeyFile;
  const sealed = Buffer.from(known.data, "base64");
  const [nonce, cipher] = [sealed.subarray(0, 16), sealed.subarray(16, -16)];
  const before = createDecipheriv("aes-256-ctr", stretched(password, known).subarray(0, 32), nonce);
  const master = Buffer.concat([before.update(cipher), before.final()]);
  const quick = { ...known, N: 2, r: 8, p: 1, salt: randomBytes(64).toString("base64") };
  const data = seal(master, stretched(password, quick)).toString("base64");
  const text = JSON.stringify({ ...quick, data });
  writeFileSync(path.join(folder, createHash("sha256").update(text).digest("hex")), text, { mode: 0o400 });
  rmSync(path.join(folder, name), { force: true });
}

function stretched(password: string, { N, r, p, salt }: Pick<KeyFile, "N" | "r" | "p" | "salt">): Buffer {
  return scryptSync(password, Buffer.from(salt, "base64"), 64, { N, r, p, maxmem: 256 * 1024 * 1024 });
}

/** AES-256 in counter mode, and Poly1305-AES over what came out of it. */
function seal(clear: Buffer, key: Buffer): Buffer {
  const nonce = randomBytes(16);
  const cipher = createCipheriv("aes-256-ctr", key.subarray(0, 32), nonce);
  const sealed = Buffer.concat([cipher.update(clear), cipher.final()]);
  const aes = createCipheriv("aes-128-ecb", key.subarray(32, 48), null).setAutoPadding(false);
  const pad = Buffer.concat([aes.update(nonce), aes.final()]);
  return Buffer.concat([nonce, sealed, poly1305(sealed, key.subarray(48, 64), pad)]);
}

/** RFC 8439, 2.5. */
function poly1305(message: Buffer, r: Buffer, pad: Buffer): Buffer {
  const number = (bytes: Buffer): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  const clamped = number(r) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  const prime = (1n << 130n) - 5n;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const part = Buffer.concat([message.subarray(at, at + 16), Buffer.of(1)]);
    sum = ((sum + number(part)) * clamped) % prime;
  }
  const tag = (sum + number(pad)) & ((1n << 128n) - 1n);
  return Buffer.from(tag.toString(16).padStart(32, "0"), "hex").reverse();
}
