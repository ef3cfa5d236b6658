/** What a command in a container prints, taken apart as it comes. */
import type { Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface FramesOptions {
  /** Handed to the command; its end is the end of the command's input. */
  stdin?: Buffer | Readable | undefined;
  signal?: AbortSignal | undefined;
}

const header = 8;

/**
 * Calls `heard` with each piece of output until the command ends (Docker Engine API, "Stream format": one byte stream
 * number, three zeros, four bytes length). What it returns is waited for, so a slow reader slows the command down.
 * Rejects with the reason of an aborted `signal`, and when the connection or `stdin` breaks.
 */
export async function eachFrame(
  stream: Duplex,
  heard: (kind: "stdout" | "stderr", bytes: Buffer) => void | Promise<void>,
  { stdin, signal }: FramesOptions = {},
): Promise<void> {
  const abort = (): void => void stream.destroy(signal?.reason as Error);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  const given = stdin === undefined || Buffer.isBuffer(stdin) ? undefined : send(stdin, stream);
  if (Buffer.isBuffer(stdin)) stream.end(stdin);
  let raw: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      raw = raw.length === 0 ? chunk : Buffer.concat([raw, chunk]);
      while (raw.length >= header && raw.length >= header + raw.readUInt32BE(4)) {
        const end = header + raw.readUInt32BE(4);
        await heard(raw[0] === 2 ? "stderr" : "stdout", raw.subarray(header, end));
        raw = raw.subarray(end);
      }
    }
    const broken = await given;
    if (broken !== undefined) throw broken;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/**
 * Answers what broke the input itself. A command that ends before it has read everything says so by its exit code,
 * which is no fault of the input.
 */
async function send(stdin: Readable, stream: Duplex): Promise<Error | undefined> {
  const end = { isOfCommand: false };
  // Heard before the pipeline hears it: that one breaks the input with the end of the command.
  stream.once("close", () => (end.isOfCommand = stdin.errored === null));
  try {
    await pipeline(stdin, stream, { end: true });
    return undefined;
  } catch (thrown) {
    if (end.isOfCommand || stdin.errored === null) return undefined;
    stream.destroy(stdin.errored);
    return thrown as Error;
  }
}
