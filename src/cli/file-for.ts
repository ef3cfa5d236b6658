import { readFileSync, statSync } from "node:fs";
import { messageOf } from "../core/problem.ts";
import { fileUnreadable } from "../core/problems/house.ts";
import { fileTooLarge } from "../core/problems/swarm.ts";

const mostBytes = 10 * 1024 * 1024;

/** The file that `app cp … --put FILE` names, as base64; undefined for everything else. Throws `file-unreadable`. */
export function fileFor(words: readonly string[]): string | undefined {
  if (words.slice(0, 2).join(" ") !== "app cp") return undefined;
  const at = words.findIndex((word) => /^--put(=|$)/.test(word));
  if (at === -1) return undefined;
  const [, inline] = /^--put=(.*)$/s.exec(words[at] ?? "") ?? [];
  const file = inline ?? words[at + 1] ?? "";
  try {
    if (statSync(file).size > mostBytes) throw fileTooLarge({ file, mostMb: mostBytes / 1024 / 1024 });
    return readFileSync(file).toString("base64");
  } catch (thrown) {
    if ((thrown as { code?: string }).code === "file-too-large") throw thrown;
    throw fileUnreadable({ file, reason: messageOf(thrown) }, thrown);
  }
}
