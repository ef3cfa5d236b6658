import type { Block, Message } from "./message.ts";

const cleaners: [RegExp, string][] = [
  // Colours and cursor moves of programs whose output is quoted; nobody's log may steer a reader's terminal.
  [/\u001B(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\^_])/g, ""],
  [/\r\n?/g, "\n"],
  [/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, ""],
  // Direction marks can show a diff in another order than it has ("Trojan Source", CVE-2021-42574).
  [/[\u202A-\u202E\u2066-\u2069]/g, "�"],
];

/** The text without what would steer a terminal or reorder what is read. Line ends become `\n`, tabs stay. */
export function cleanText(text: string): string {
  return cleaners.reduce((clean, [pattern, by]) => clean.replace(pattern, by), text);
}

function sizeOf(block: Block): number {
  return block.kind === "list"
    ? block.items.reduce((sum, item) => sum + item.length + 3, 0)
    : block.text.length;
}

/**
 * The message with its longest blocks shortened until all texts together have at most `most` characters. Head and
 * tail of a block stay, since the reason stands at the beginning of a plan and at the end of a log.
 */
export function fit(message: Message, most: number): Message {
  const blocks = [...message.blocks];
  for (;;) {
    const sizes = blocks.map(sizeOf);
    const excess = sizes.reduce((sum, size) => sum + size, 0) - most;
    const longest = sizes.indexOf(Math.max(...sizes));
    const block = blocks[longest];
    if (excess <= 0 || block === undefined) return { ...message, blocks };
    const shorter = shorten(block, Math.max(Math.floor(sizeOf(block) / 2), sizeOf(block) - excess - 80));
    if (sizeOf(shorter) >= sizeOf(block)) return { ...message, blocks };
    blocks[longest] = shorter;
  }
}

function shorten(block: Block, most: number): Block {
  if (block.kind === "list") return { ...block, items: middleOut(block.items, most) };
  return { ...block, text: middleOut(block.text.split("\n"), most).join("\n") };
}

/** Leaves out whole lines from the middle; of a single long line, its middle. */
function middleOut(lines: readonly string[], most: number): string[] {
  if (lines.length <= 2) {
    const each = Math.floor(most / lines.length / 2);
    return lines.map((line) =>
      line.length <= 2 * each ? line : `${line.slice(0, each)} … ${each > 0 ? line.slice(-each) : ""}`,
    );
  }
  const head: string[] = [];
  const tail: string[] = [];
  let left = most;
  for (let i = 0; i < lines.length; i++) {
    const fromHead = i % 2 === 0;
    const line = lines.at(fromHead ? head.length : -1 - tail.length) ?? "";
    left -= line.length + 1;
    if (left < 0) break;
    if (fromHead) head.push(line);
    else tail.unshift(line);
  }
  const gone = lines.length - head.length - tail.length;
  return gone === 0 ? [...lines] : [...head, `… ${gone} lines left out …`, ...tail];
}
