import { csvLines, type CsvCell } from "../core/csv.ts";
import { redact } from "../core/secret.ts";

/** Characters that leave at once. */
const chunkLength = 32_768;

/**
 * A table as CSV that is made while it is sent, so that a long one is never held whole. What has the shape of a secret
 * is replaced.
 */
export function csvStream(table: {
  head: readonly string[];
  rows: Iterable<readonly CsvCell[]>;
}): ReadableStream<Uint8Array> {
  const lines = csvLines(table);
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      let chunk = "";
      while (chunk.length < chunkLength) {
        const next = lines.next();
        if (next.done === true) break;
        chunk += next.value;
      }
      if (chunk === "") controller.close();
      else controller.enqueue(encoder.encode(redact(chunk)));
    },
    cancel: () => void lines.return(undefined),
  });
}
