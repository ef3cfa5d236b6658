/** Readers of values that several sections share. */
import { readDuration, readSize } from "../amounts.ts";
import { listOf, parsed, scalarOf, text, texts, type Reader } from "../read.ts";
import { named } from "../record.ts";
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

/** A host without address falls away. */
const hosts = named<string | null>((node, path, reading) =>
  scalarOf(node) === null ? null : text(node, path, reading),
);

export interface ExtraHost {
  host: string;
  address: string;
}

/** `host:address` or `host=address` lines of a list, or a mapping (then sorted); `[…]` around IPv6 falls away. */
export const extraHosts: Reader<ExtraHost[]> = (node, path, reading) => {
  const lines =
    node.kind === "map"
      ? [...hosts(node, path, reading)]
          .flatMap(([host, address]) => (address === null ? [] : [`${host}:${address}`]))
          .sort()
      : texts(node, path, reading);
  return lines.flatMap((line) => {
    const at = line.search(line.includes("=") ? "=" : ":");
    if (at < 0) return [];
    // Joined again and cut at the first colon, as the CLI does it.
    const [, host = "", address = ""] =
      /^([^:]*):(.*)$/s.exec(`${line.slice(0, at)}:${line.slice(at + 1)}`) ?? [];
    return [{ host, address: /^\[(.+)\]$/s.exec(address)?.[1] ?? address }];
  });
};
