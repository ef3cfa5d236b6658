import { cutCount, listOf, text, type Reader } from "../read.ts";
import { record } from "../record.ts";

/** How a service uses a secret or config. */
export interface FileUse {
  source?: string;
  target?: string;
  uid?: string;
  gid?: string;
  mode?: number;
}

const longUse: Reader<FileUse> = record(
  { source: text, target: text, uid: text, gid: text, mode: cutCount },
  { loose: true },
);

const fileUse: Reader<FileUse> = (node, path, reading) =>
  node.kind === "map" ? longUse(node, path, reading) : { source: text(node, path, reading) };

export const fileUses = listOf(fileUse);
