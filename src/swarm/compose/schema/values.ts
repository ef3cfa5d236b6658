/** Readers of values that several sections share. */
import { readDuration, readSize } from "../amounts.ts";
import { labels, listOf, parsed, text, texts, type Reader } from "../read.ts";
import { splitWords } from "../short/words.ts";

/** Nanoseconds. */
export const duration = parsed(readDuration, "a time such as 30s, 1m30s or 1h");

/** Bytes. */
export const size = parsed(readSize, "a size such as 64M or 1.5g");

const words = parsed(splitWords, "a command whose quotes are all closed");

/** A command line, or a list of its words. */
export const command: Reader<string[]> = (node, path, reading) =>
  node.kind === "scalar" ? words(node, path, reading) : listOf(text)(node, path, reading);

/** The command of a healthcheck; a text is for the shell. */
export const probe: Reader<string[]> = (node, path, reading) =>
  node.kind === "scalar" ? ["CMD-SHELL", text(node, path, reading)] : listOf(text)(node, path, reading);

export interface ExtraHost {
  host: string;
  address: string;
}

/** `host:address` or `host=address` lines of a list, or a mapping (then sorted); `[…]` around IPv6 falls away. */
export const extraHosts: Reader<ExtraHost[]> = (node, path, reading) => {
  const lines =
    node.kind === "map"
      ? [...labels(node, path, reading)].map(([host, address]) => `${host}:${address}`).sort()
      : texts(node, path, reading);
  return lines.flatMap((line) => {
    const [, host, address] = /^([^=]*)=(.*)$/s.exec(line) ?? /^([^:]*):(.*)$/s.exec(line) ?? [];
    if (host === undefined || address === undefined) return [];
    return [{ host, address: /^\[(.+)\]$/s.exec(address)?.[1] ?? address }];
  });
};
