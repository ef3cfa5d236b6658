import { bool, count, listOf, parsed, text, wrongKind, wrongValue, type Reader } from "../read.ts";
import { record, since } from "../record.ts";
import { readShortVolume, type Volume } from "../short/volumes.ts";

const longVolume: Reader<Volume> = record({
  type: text,
  source: text,
  target: text,
  read_only: bool,
  consistency: text,
  bind: record({ propagation: text }, { loose: true }),
  volume: record({ nocopy: bool, subpath: text }, { loose: true }),
  tmpfs: since(6, record({ size: count }, { loose: true })),
});

const shortVolume = parsed(readShortVolume, "a mount such as data:/var/lib/data or ./file:/file:ro");

const volume: Reader<Volume> = (node, path, reading) => {
  if (node.kind !== "map") return shortVolume(node, path, reading);
  if (reading.version < 2) throw wrongKind(node, path, "a mount such as data:/var/lib/data");
  if (!node.entries.has("type")) throw wrongValue(node, path, "without type", "type: volume, bind or tmpfs");
  return longVolume(node, path, reading);
};

export const volumes = listOf(volume);
