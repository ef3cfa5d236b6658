/** A file to be imported: its bytes can be read more than once, so that they need not be held. */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { importTooLarge } from "../../core/problems/books.ts";
import type { Statement } from "../statements/types.ts";
import type { Bytes } from "./ingest.ts";

export interface ImportFile {
  what: "stripe" | "opencollective" | "bank" | "opening";
  /** What people call it, for messages. */
  name: string;
  bytes: () => Bytes;
  /** The bank account's name in the books, or our name at Open Collective. */
  account?: string;
  /** How a bank's statement is written; left out: as JSON. */
  format?: string;
  /** What a bank's statement says; left out: its bytes are read as JSON. */
  statements?: () => Statement[];
}

const chunkBytes = 1024 * 1024;
const mostMb = 2048;

/** The bytes of a file on disk, a chunk at a time. Throws `import-too-large` and what the file system throws. */
export function* bytesOfFile(file: string): Generator<Uint8Array> {
  const handle = openSync(file, "r");
  try {
    if (fstatSync(handle).size > mostMb * 1024 * 1024) throw importTooLarge({ mostMb });
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const read = readSync(handle, chunk, 0, chunkBytes, null);
      if (read === 0) return;
      yield chunk.subarray(0, read);
    }
  } finally {
    closeSync(handle);
  }
}

/** Of what it is imported as and of every byte: the same again has nothing new in it. */
export function hashOfFile({ what, account = "", format = "", bytes }: ImportFile): string {
  const hash = createHash("sha256").update(JSON.stringify([what, account, format]));
  for (const chunk of bytes()) hash.update(chunk);
  return hash.digest("hex");
}
