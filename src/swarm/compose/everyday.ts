/**
 * The part of YAML in which nearly every compose file is written, read in one pass: mappings and lists by
 * indentation, texts on one line, `[…]` and `{…}` on one line, `|` and `>`, anchors. Some twenty times faster than a
 * reader of all YAML, and on purpose no judge: whatever is beyond that part, or looks wrong, is left to `yaml`. What
 * is read here is equal to what `yaml` reads, places too (test/swarm/compose/everyday.test.ts).
 */
import { fillFrom, type Entry, type MapNode, type Node, type Place } from "./node.ts";
import { noNumber, readPlain } from "./scalar.ts";

/** Beyond these `yaml` reads the file, and says what is too much. */
const limits = { depth: 40, values: 8_000, key: 200 };

/** Tabs, other line ends, marks of byte order and what is no text: seldom, and each with rules of its own. */
const unusual = /[\0-\t\v-\x1f\x7f-\x9f\u2028\u2029\ufeff]/;

/** Before its colon: a plain one, or one in quotes. */
const blockKey = /(?:(<<|[A-Za-z_][\w.$\/-]*)|"([^"\\]+)"|'([^']+)'):(?= |$)/y;
const doubleQuoted = /"((?:[^"\\]|\\["\\n])*)"/y;
const singleQuoted = /'((?:[^']|'')*)'/y;
const anchorName = /[&*]([\w-]+)(?=[ ,\]}]|$)/y;
/** A text without quotes; what may not begin one is left out. */
const plainText = /(?:[\w.\/$~+(=^;\u00a0-\ufffd]|-(?=[^\s,[\]{}]))[^\n]*/y;
const flowText = /(?:[\w.\/$~+]|-(?=[\w.]))(?:[\w.\/$~+@=;()-]|:(?=[\w\/])| (?=[\w.\/$]))*/y;
const flowKey = /([A-Za-z_][\w.-]*):(?= )/y;

/** Thrown and caught here alone. */
class BeyondEveryday extends Error {}

/** The top level of the file; undefined when it is not all everyday YAML and a mapping. */
export function parseEveryday(text: string, file: string): MapNode | undefined {
  if (unusual.test(text)) return undefined;
  try {
    return new EverydayReader(text, file).document();
  } catch (thrown) {
    if (thrown instanceof BeyondEveryday) return undefined;
    throw thrown;
  }
}

class EverydayReader {
  readonly #file: string;
  readonly #lines: string[];
  /** The line that is read, and what is read next in it; -1 after the last one. */
  #at = -1;
  #column = 0;
  readonly #anchors = new Map<string, { node: Node; size: number }>();
  #size = 0;

  constructor(text: string, file: string) {
    this.#file = file;
    this.#lines = text.split("\n");
  }

  document(): MapNode {
    this.#next();
    if (this.#line() === "---") this.#next();
    const root = this.#block(this.#column, 0);
    // A line that belongs to nothing, such as the second one of a text, is never passed over: it is left here.
    if (root.kind !== "map" || this.#column >= 0) throw new BeyondEveryday();
    return root;
  }

  /** To the next line on which something stands. */
  #next(): void {
    for (this.#at++; this.#at < this.#lines.length; this.#at++) {
      const line = this.#line();
      let column = 0;
      while (line.charCodeAt(column) === 32) column++;
      if (column === line.length || line.charCodeAt(column) === 35) continue;
      this.#column = column;
      return;
    }
    this.#column = -1;
  }

  #line(): string {
    return this.#lines[this.#at] ?? "";
  }

  #place(column: number): Place {
    return { file: this.#file, line: this.#at + 1, column: column + 1 };
  }

  #count(values: number): void {
    this.#size += values;
    if (this.#size > limits.values) throw new BeyondEveryday();
  }

  /** What begins at the column of the line: a list or a mapping, with all lines that belong to it. */
  #block(column: number, depth: number): Node {
    if (depth > limits.depth || column < 0) throw new BeyondEveryday();
    this.#count(1);
    return this.#isDash(column) ? this.#list(column, depth) : this.#map(column, depth);
  }

  #isDash(column: number): boolean {
    const line = this.#line();
    return line[column] === "-" && (line[column + 1] ?? " ") === " ";
  }

  #list(indent: number, depth: number): Node {
    const place = this.#place(indent);
    const items: Node[] = [];
    while (this.#column === indent && this.#isDash(indent)) {
      const from = this.#skipSpaces(indent + 1);
      if (from < this.#line().length && (this.#isDash(from) || this.#key(from) !== undefined)) {
        this.#column = from;
        items.push(this.#block(from, depth + 1));
      } else {
        items.push(this.#value(indent + 1, indent, depth + 1, false));
      }
    }
    return { kind: "list", place, items };
  }

  #map(indent: number, depth: number): MapNode {
    const place = this.#place(indent);
    const entries = new Map<string, Entry>();
    const merged: Node[] = [];
    while (this.#column === indent) {
      const key = this.#key(indent);
      if (key === undefined) break;
      const at = this.#place(indent);
      const value = this.#value(key.end, indent, depth + 1, true);
      if (key.isMerge) {
        merged.push(...(value.kind === "list" ? value.items : [value]));
        continue;
      }
      this.#count(1);
      if (entries.has(key.text)) throw new BeyondEveryday();
      entries.set(key.text, { place: at, value });
    }
    if (entries.size + merged.length === 0) throw new BeyondEveryday();
    fillFrom(
      entries,
      merged.map((source) => {
        if (source.kind !== "map") throw new BeyondEveryday();
        return source;
      }),
    );
    return { kind: "map", place, entries };
  }

  /** A key that begins at the column; it ends behind its colon. */
  #key(column: number): { text: string; isMerge: boolean; end: number } | undefined {
    blockKey.lastIndex = column;
    const [whole, plain, double, single] = blockKey.exec(this.#line()) ?? [];
    if (whole === undefined) return undefined;
    if (whole.length > limits.key || (plain !== undefined && typeof readPlain(plain) !== "string"))
      throw new BeyondEveryday();
    return { text: plain ?? double ?? single ?? "", isMerge: plain === "<<", end: column + whole.length };
  }

  #skipSpaces(from: number): number {
    const line = this.#line();
    while (line.charCodeAt(from) === 32) from++;
    return from;
  }

  /** What stands behind a key or a dash, on the line or below it, up to the next line that is not part of it. */
  #value(from: number, indent: number, depth: number, behindKey: boolean): Node {
    const line = this.#line();
    const start = this.#skipSpaces(from);
    const before = this.#size;
    const sign = line[start];
    if (sign !== "&") return this.#unmarked(from, start, indent, depth, behindKey);
    const name = this.#name(start);
    const after = start + 1 + name.length;
    const inner = this.#skipSpaces(after);
    if (line[inner] === "*" || line[inner] === "&") throw new BeyondEveryday();
    // A dash on the line of the key's own column does not belong to what is marked.
    const node = this.#unmarked(after, inner, indent, depth, false);
    if (node.kind === "scalar" && node.value === null) throw new BeyondEveryday();
    this.#anchors.set(name, { node, size: this.#size - before });
    return node;
  }

  #name(at: number): string {
    anchorName.lastIndex = at;
    const name = anchorName.exec(this.#line())?.[1];
    if (name === undefined) throw new BeyondEveryday();
    return name;
  }

  #unmarked(from: number, start: number, indent: number, depth: number, behindKey: boolean): Node {
    const line = this.#line();
    if (line[start] === "|" || line[start] === ">") return this.#text(start, indent);
    if (start < line.length && line[start] !== "#") return this.#onLine(start, depth);
    const nothing = this.#place(from);
    const isBare = from === line.length;
    this.#next();
    const isBelow = this.#column > indent || (behindKey && this.#column === indent && this.#isDash(indent));
    if (isBelow) return this.#block(this.#column, depth);
    if (!isBare) throw new BeyondEveryday();
    this.#count(1);
    return { kind: "scalar", place: nothing, value: null };
  }

  #onLine(start: number, depth: number): Node {
    const { node, end } = this.#token(start, depth) ?? this.#plain(start);
    const line = this.#line();
    const rest = this.#skipSpaces(end);
    if (rest < line.length && (line[rest] !== "#" || rest === end)) throw new BeyondEveryday();
    this.#next();
    return node;
  }

  #plain(start: number): { node: Node; end: number } {
    plainText.lastIndex = start;
    const whole = plainText.exec(this.#line())?.[0];
    if (whole === undefined) throw new BeyondEveryday();
    const comment = whole.indexOf(" #");
    const text = (comment < 0 ? whole : whole.slice(0, comment)).replace(/ +$/, "");
    if (text.includes(": ") || text.endsWith(":")) throw new BeyondEveryday();
    return { node: this.#scalar(text, start), end: start + text.length };
  }

  #scalar(text: string, start: number): Node {
    if (noNumber.test(text)) throw new BeyondEveryday();
    this.#count(1);
    return { kind: "scalar", place: this.#place(start), value: readPlain(text) };
  }

  /** What carries its own end: quotes, brackets, the name of an anchor. */
  #token(start: number, depth: number): { node: Node; end: number } | undefined {
    const sign = this.#line()[start];
    if (sign === '"' || sign === "'") return this.#quoted(start, sign);
    if (sign === "[") return this.#flowList(start, depth);
    if (sign === "{") return this.#flowMap(start, depth);
    if (sign !== "*") return undefined;
    const name = this.#name(start);
    const known = this.#anchors.get(name);
    if (known === undefined) throw new BeyondEveryday();
    this.#count(known.size + 1);
    return { node: known.node, end: start + 1 + name.length };
  }

  #quoted(start: number, sign: string): { node: Node; end: number } {
    const pattern = sign === '"' ? doubleQuoted : singleQuoted;
    pattern.lastIndex = start;
    const inner = pattern.exec(this.#line())?.[1];
    if (inner === undefined) throw new BeyondEveryday();
    this.#count(1);
    const value =
      sign === "'"
        ? inner.replaceAll("''", "'")
        : inner.includes("\\")
          ? inner.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped))
          : inner;
    return { node: { kind: "scalar", place: this.#place(start), value }, end: pattern.lastIndex };
  }

  #flowList(start: number, depth: number): { node: Node; end: number } {
    this.#count(1);
    const items: Node[] = [];
    const end = this.#flow(start, "]", depth, (at) => {
      const item = this.#flowItem(at, depth);
      items.push(item.node);
      return item.end;
    });
    return { node: { kind: "list", place: this.#place(start), items }, end };
  }

  #flowMap(start: number, depth: number): { node: Node; end: number } {
    this.#count(1);
    const entries = new Map<string, Entry>();
    const end = this.#flow(start, "}", depth, (at) => {
      flowKey.lastIndex = at;
      const key = flowKey.exec(this.#line())?.[1];
      if (key === undefined || key.length > limits.key) throw new BeyondEveryday();
      const item = this.#flowItem(this.#skipSpaces(at + key.length + 1), depth);
      this.#count(1);
      if (entries.has(key) || typeof readPlain(key) !== "string") throw new BeyondEveryday();
      entries.set(key, { place: this.#place(at), value: item.node });
      return item.end;
    });
    return { node: { kind: "map", place: this.#place(start), entries }, end };
  }

  /** Items between brackets; `read` is told where one begins and says where it ends. Returns what is behind. */
  #flow(start: number, close: string, depth: number, read: (at: number) => number): number {
    if (depth > limits.depth) throw new BeyondEveryday();
    const line = this.#line();
    let at = this.#skipSpaces(start + 1);
    if (line[at] === close) return at + 1;
    for (;;) {
      at = this.#skipSpaces(read(at));
      if (line[at] === close) return at + 1;
      if (line[at] !== ",") throw new BeyondEveryday();
      at = this.#skipSpaces(at + 1);
    }
  }

  #flowItem(at: number, depth: number): { node: Node; end: number } {
    const token = this.#token(at, depth + 1);
    if (token !== undefined) return token;
    flowText.lastIndex = at;
    const text = flowText.exec(this.#line())?.[0];
    if (text === undefined) throw new BeyondEveryday();
    return { node: this.#scalar(text, at), end: at + text.length };
  }

  /** A text of several lines behind `|` (kept) or `>` (folded), with `-` without its last line end. */
  #text(start: number, indent: number): Node {
    const place = this.#place(start);
    const [, sign, strip = ""] = /^([|>])(-?)$/.exec(this.#line().slice(start)) ?? [];
    if (sign === undefined) throw new BeyondEveryday();
    this.#at++;
    const column = /[^ ]/.exec(this.#line())?.index ?? 0;
    if (column <= indent) throw new BeyondEveryday();
    const texts: string[] = [];
    for (; this.#at < this.#lines.length - 1; this.#at++) {
      const line = this.#line();
      const from = /[^ ]/.exec(line)?.index;
      if (from === undefined ? line.length > column : from > column && sign === ">")
        throw new BeyondEveryday();
      if (from !== undefined && from < column) break;
      texts.push(line.slice(column));
    }
    // What stands on a last line without an end would have to be looked at more closely.
    if (this.#at === this.#lines.length - 1 && this.#line() !== "") throw new BeyondEveryday();
    this.#at--;
    this.#next();
    this.#count(1);
    const inner = texts.join("\n").replace(/\n+$/, "");
    const folded = sign === "|" ? inner : inner.replaceAll(/\n+/g, (ends) => ends.slice(1) || " ");
    return { kind: "scalar", place, value: strip === "" ? `${folded}\n` : folded };
  }
}
