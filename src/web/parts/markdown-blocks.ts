/** A block of Markdown. Texts still hold their inline marks. */
export type MdBlock =
  | { kind: "heading"; level: number; text: string }
  | { kind: "paragraph" | "quote" | "code"; text: string }
  | List
  | { kind: "table"; head: string[]; rows: string[][] };

interface List {
  kind: "list";
  ordered: boolean;
  items: Item[];
}

export interface Item {
  text: string;
  inner: List[];
}

/** Texts beyond this are cut: a page is for reading. */
const mostCharacters = 100_000;
const deepestList = 4;
const itemMark = /^(\s*)([-*+]|\d{1,3}[.)])\s+(.*)$/;

/**
 * Takes the lines one after the other; each block reader answers how many lines it took. Linear in the text.
 */
export function blocksOf(text: string): MdBlock[] {
  const lines = text.slice(0, mostCharacters).replace(/\r\n?/g, "\n").replace(/\t/g, "  ").split("\n");
  const blocks: MdBlock[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      at += 1;
      continue;
    }
    const [block, taken] = read(lines, at, line);
    blocks.push(block);
    at += Math.max(1, taken);
  }
  return blocks;
}

function read(lines: string[], at: number, line: string): [MdBlock, number] {
  const heading = /^(#{1,4})\s+(.+)$/.exec(line);
  if (heading !== null) {
    return [{ kind: "heading", level: heading[1]?.length ?? 1, text: heading[2]?.trim() ?? "" }, 1];
  }
  if (/^\s*(```|~~~)/.test(line)) return fence(lines, at, line);
  if (line.trimStart().startsWith("|") && isRule(lines[at + 1] ?? "")) return tableAt(lines, at);
  if (line.startsWith(">")) {
    const part = takeWhile(lines, at, (one) => one.startsWith(">"));
    return [{ kind: "quote", text: part.map((one) => one.replace(/^>\s?/, "")).join(" ") }, part.length];
  }
  if (itemMark.test(line)) return listAt(lines, at);
  const part = takeWhile(lines, at, (one, index) => index === at || !beginsBlock(one));
  return [{ kind: "paragraph", text: part.map((one) => one.trim()).join(" ") }, part.length];
}

function beginsBlock(line: string): boolean {
  return line.trim() === "" || /^(#{1,4}\s|>|\s*(```|~~~)|\|)/.test(line) || itemMark.test(line);
}

function fence(lines: string[], at: number, opening: string): [MdBlock, number] {
  const mark = opening.trim().slice(0, 3);
  const inner = takeWhile(lines, at + 1, (line) => !line.trim().startsWith(mark));
  return [{ kind: "code", text: inner.join("\n") }, inner.length + 2];
}

function isRule(line: string): boolean {
  return line.includes("-") && /^[\s|:-]+$/.test(line);
}

function tableAt(lines: string[], at: number): [MdBlock, number] {
  const part = takeWhile(lines, at, (line) => line.trimStart().startsWith("|"));
  const [head = [], , ...rows] = part.map(cells);
  return [{ kind: "table", head, rows }, part.length];
}

function cells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** A list goes on until a line that is neither an item nor indented under one. */
function listAt(lines: string[], at: number): [MdBlock, number] {
  const part = takeWhile(lines, at, (line, index) => {
    if (itemMark.test(line) || /^\s{2,}\S/.test(line)) return true;
    return line.trim() === "" ? itemMark.test(lines[index + 1] ?? "") : !beginsBlock(line);
  });
  const found: { indent: number; ordered: boolean; text: string }[] = [];
  for (const line of part) {
    const mark = itemMark.exec(line);
    const last = found.at(-1);
    if (mark !== null) {
      const [, space = "", sign = "", text = ""] = mark;
      found.push({ indent: space.length, ordered: /\d/.test(sign), text });
    } else if (last !== undefined && line.trim() !== "") last.text += ` ${line.trim()}`;
  }
  return [nest(found, 0), part.length];
}

function nest(found: { indent: number; ordered: boolean; text: string }[], depth: number): List {
  const base = found[0]?.indent ?? 0;
  const items: Item[] = [];
  for (let at = 0; at < found.length;) {
    const one = found[at];
    if (one === undefined) break;
    const inner = takeWhile(found, at + 1, (other) => other.indent > base && depth < deepestList);
    items.push({ text: one.text, inner: inner.length === 0 ? [] : [nest(inner, depth + 1)] });
    at += inner.length + 1;
  }
  return { kind: "list", ordered: found[0]?.ordered ?? false, items };
}

function takeWhile<T>(all: T[], from: number, keep: (one: T, index: number) => boolean): T[] {
  let to = from;
  while (to < all.length && keep(all[to] as T, to)) to += 1;
  return all.slice(from, to);
}
