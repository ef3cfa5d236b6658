/**
 * Recovery keys as people keep them: base58 of two marker bytes, 32 key bytes and a parity byte, in groups of four
 * (Matrix specification, "Key representation" of secret storage).
 */
const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const markers = [0x8b, 0x01];
const keyBytes = 32;

/** The 32 bytes of a typed recovery key; undefined when it is none (mistyped, cut short, or a passphrase). */
export function decodeRecoveryKey(typed: string): Buffer | undefined {
  const bytes = decodeBase58(typed.replaceAll(/\s+/g, ""));
  if (bytes === undefined || bytes.length !== markers.length + keyBytes + 1) return undefined;
  if (!markers.every((marker, index) => bytes[index] === marker)) return undefined;
  if (bytes.reduce((parity, byte) => parity ^ byte, 0) !== 0) return undefined;
  return bytes.subarray(markers.length, markers.length + keyBytes);
}

/** A key as people keep it: groups of four characters. */
export function encodeRecoveryKey(key: Buffer): string {
  const marked = Buffer.concat([Buffer.from(markers), key]);
  const parity = marked.reduce((sum, byte) => sum ^ byte, 0);
  const text = encodeBase58(Buffer.concat([marked, Buffer.from([parity])]));
  return text.replaceAll(/.{4}(?=.)/g, "$& ");
}

function decodeBase58(text: string): Buffer | undefined {
  let value = 0n;
  for (const letter of text) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) return undefined;
    value = value * 58n + BigInt(digit);
  }
  const hex = value.toString(16);
  const zeros = /^1*/.exec(text)?.[0].length ?? 0;
  const bytes = value === 0n ? Buffer.alloc(0) : Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, "hex");
  return Buffer.concat([Buffer.alloc(zeros), bytes]);
}

function encodeBase58(bytes: Buffer): string {
  let value = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (; value > 0n; value /= 58n) text = alphabet.charAt(Number(value % 58n)) + text;
  return text;
}
