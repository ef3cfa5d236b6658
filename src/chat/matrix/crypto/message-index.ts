/** After the ciphertext: 8 bytes of MAC, 64 bytes of signature. */
const tailBytes = 8 + 64;

/**
 * Which message of its session a Megolm ciphertext is (Matrix specification, "Megolm", message format): version 3,
 * field 1 with the index, field 2 with the ciphertext, MAC, signature. Undefined unless it is written in just this way,
 * each number as short as can be. The machine also reads others (a field twice, in another place, one that is not
 * known, numbers above 32 bits), and neither MAC nor signature covers how it is written: anybody can write it so.
 */
export function messageIndexOf(ciphertext: unknown): number | undefined {
  if (typeof ciphertext !== "string") return undefined;
  const bytes = Buffer.from(ciphertext, "base64");
  if (bytes[0] !== 3 || bytes[1] !== 0x08) return undefined;
  const index = varintAt(bytes, 2);
  if (index === undefined || index.value >= 2 ** 32 || bytes[index.end] !== 0x12) return undefined;
  const length = varintAt(bytes, index.end + 1);
  if (length === undefined || length.end + length.value + tailBytes !== bytes.length) return undefined;
  return index.value;
}

/** Undefined when it is longer than it has to be, or than 5 bytes. */
function varintAt(bytes: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let at = 0; at < 5; at++) {
    const byte = bytes[start + at];
    if (byte === undefined) return undefined;
    value += (byte % 128) * 128 ** at;
    if (byte < 128) return byte === 0 && at > 0 ? undefined : { value, end: start + at + 1 };
  }
  return undefined;
}
