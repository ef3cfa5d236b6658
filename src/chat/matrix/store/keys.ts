import type { Key } from "./idb.ts";

type Encoded = string | { n: number } | { d: number } | { b: string } | Encoded[];

/** An IndexedDB key as text, so that SQLite can compare it for equality. */
export function encodeKey(key: Key): string {
  return JSON.stringify(encode(key));
}

/** The key that `encodeKey` wrote. Binary keys come back as ArrayBuffer, as IndexedDB hands them out. */
export function decodeKey(text: string): Key {
  return decode(JSON.parse(text) as Encoded);
}

function encode(key: Key): Encoded {
  if (typeof key === "string") return key;
  // IndexedDB holds -0 and 0 for the same key.
  if (typeof key === "number") return { n: key === 0 ? 0 : key };
  if (key instanceof Date) return { d: key.getTime() };
  if (Array.isArray(key)) return key.map(encode);
  const bytes = ArrayBuffer.isView(key)
    ? Buffer.from(key.buffer, key.byteOffset, key.byteLength)
    : Buffer.from(key);
  return { b: bytes.toString("base64") };
}

function decode(key: Encoded): Key {
  if (typeof key === "string") return key;
  if (Array.isArray(key)) return key.map(decode);
  if ("n" in key) return key.n;
  if ("d" in key) return new Date(key.d);
  return new Uint8Array(Buffer.from(key.b, "base64")).buffer;
}
