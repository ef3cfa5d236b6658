/** From the bytes of a file to its letters, by what the file or its mapping says of them. */
import { statementEncodingUnknown } from "../../core/problems/books-statements.ts";

export type Encoding = "utf-8" | "windows-1252" | "iso-8859-15";

const pieceBytes = 262_144;

/** The text in pieces of some hundred KB. Throws `statement-encoding-unknown` where a sign does not fit. */
export function* piecesOf(bytes: Uint8Array, encoding: Encoding): Generator<string, undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes);
    yield decoded(encoding, () => decoder.decode(piece, { stream: at + pieceBytes < bytes.length }));
  }
  return undefined;
}

/** The whole text, without a byte order mark. */
export function textOf(bytes: Uint8Array, encoding: Encoding): string {
  return decoded(encoding, () => new TextDecoder(encoding, { fatal: true }).decode(bytes));
}

/**
 * Of files that do not say it: UTF-8 where they are that, and else the letters of Western Europe. Text with a letter
 * beyond ASCII in another encoding is hardly ever UTF-8 by chance, and money has none.
 */
export function plainText(bytes: Uint8Array): string {
  if (bytes.subarray(0, 4096).includes(0))
    throw statementEncodingUnknown({ what: "it has signs of no width, as UTF-16 has" });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    return textOf(bytes, "windows-1252");
  }
}

const names: Record<string, Encoding> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "us-ascii": "utf-8",
  ascii: "utf-8",
  "iso-8859-1": "windows-1252",
  "iso8859-1": "windows-1252",
  latin1: "windows-1252",
  "windows-1252": "windows-1252",
  cp1252: "windows-1252",
  "iso-8859-15": "iso-8859-15",
};

/** The encoding of a name as files give it. */
export function encodingNamed(name: string): Encoding {
  const encoding = names[name.toLowerCase()];
  if (encoding === undefined || !Object.hasOwn(names, name.toLowerCase()))
    throw statementEncodingUnknown({ what: `it says that it is in ${name.slice(0, 40)}` });
  return encoding;
}

/** What the declaration at the beginning of an XML file says; without one it is UTF-8. */
export function xmlEncoding(bytes: Uint8Array): Encoding {
  if (bytes.subarray(0, 4).includes(0) || (bytes[0] ?? 0) >= 0xfe)
    throw statementEncodingUnknown({ what: "it is in UTF-16" });
  const head = asciiHead(bytes, 200);
  return encodingNamed(/^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] ?? "utf-8");
}

/** The first bytes as text, for what is ASCII in any encoding; without a byte order mark. */
export function asciiHead(bytes: Uint8Array, count: number): string {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return String.fromCharCode(...bytes.subarray(start, start + count));
}

function decoded(encoding: Encoding, decode: () => string): string {
  try {
    return decode();
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw statementEncodingUnknown({ what: `it is not in ${encoding}` }, thrown);
  }
}
