/**
 * Reads XML as banks write it: elements, attributes, text, comments, CDATA. What a document declares of its own
 * (DOCTYPE, entities) is refused, so nothing can grow or reach out while it is read. Prefixes of names are dropped.
 */
export interface XmlNode {
  /** Without its prefix. */
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlNode[];
  text: string;
  /** The line on which it begins, from 1. */
  line: number;
}

/** `declares`: it has a DOCTYPE or entities of its own; `cut`: it ends too early; `not`: it is no XML. */
export type XmlFaultKind = "declares" | "cut" | "not";

export class XmlFault extends Error {
  override readonly name = "XmlFault";
  readonly kind: XmlFaultKind;
  readonly line: number;

  constructor(kind: XmlFaultKind, line: number, what: string) {
    super(what);
    this.kind = kind;
    this.line = line;
  }
}

/** Called at the end of each element (the root's depth is 1). True: it has been dealt with, and need not be kept. */
export type Taker = (node: XmlNode, depth: number) => boolean;

const mostDepth = 100;
const mostTokenSigns = 1_000_000;
const mostTags = 1000;
const mostTagSigns = 100;
const noAttributes: Readonly<Record<string, string>> = Object.freeze({});
const noChildren = Object.freeze([]) as unknown as XmlNode[];
const nameOnly = /^[A-Za-z_][\w.:-]*$/;
const attributePart = /\s+([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * The root of a document that comes in pieces, without what `taken` took out of it: a file of any size is read in the
 * memory of its largest part that is kept. Throws an XmlFault.
 */
export function readXml(pieces: Iterable<string>, taken: Taker = () => false): XmlNode {
  const reader = new XmlReader(taken);
  for (const piece of pieces) reader.push(piece);
  return reader.end();
}

interface Tag {
  /** With its prefix. */
  rawName: string;
  name: string;
  attributes: Readonly<Record<string, string>>;
  isEmpty: boolean;
  /** All that stands between its signs. */
  content: string;
  /** The tag that came after it the last time: mostly it comes again. */
  next: Tag | undefined;
}

class XmlReader {
  readonly #taken: Taker;
  readonly #open: XmlNode[] = [];
  readonly #rawNames: string[] = [];
  /** Of tags that were met before, by all that stands between their signs: most come again and again. */
  readonly #tags = new Map<string, Tag>();
  #last: Tag | undefined;
  #root: XmlNode | undefined;
  #rest = "";
  #at = 0;
  #line = 1;
  /** Where the next line of `#rest` ends. */
  #newline = Infinity;

  constructor(taken: Taker) {
    this.#taken = taken;
  }

  push(piece: string): void {
    this.#rest += piece;
    this.#findNewline(0);
    while (this.#at < this.#rest.length && this.#token());
    this.#count(this.#at);
    this.#rest = this.#rest.slice(this.#at);
    this.#at = 0;
    if (this.#rest.length > mostTokenSigns)
      throw this.#fault("not", "a piece of text in it is longer than a million signs");
  }

  end(): XmlNode {
    if (this.#root === undefined && this.#open.length === 0 && this.#rest.trim() === "")
      throw this.#fault("not", "there is no element in it");
    const root = this.#root;
    if (root === undefined || this.#rest.trim() !== "")
      throw this.#fault("cut", `<${this.#open.at(-1)?.name ?? ""}> is not closed`);
    return root;
  }

  /** Reads the text up to the next `<` and what begins there; false: more is needed. */
  #token(): boolean {
    const start = this.#rest.indexOf("<", this.#at);
    if (start < 0) {
      if (this.#open.length === 0 && this.#rest.slice(this.#at).trim() !== "")
        throw this.#fault("not", "it has text outside of its elements");
      return false;
    }
    const sign = this.#rest.charCodeAt(start + 1);
    if (sign === 0x2f) return this.#closing(start);
    if (sign === 0x21 || sign === 0x3f) return this.#special(start, sign);
    const guess = this.#last?.next;
    if (guess !== undefined && this.#isAt(guess.content, start + 1)) return this.#opening(guess, start);
    const first = this.#rest.indexOf(">", start + 1);
    if (first < 0) return false;
    const content = this.#rest.slice(start + 1, first);
    const known = this.#tags.get(content);
    if (known !== undefined) return this.#opening(known, start);
    const end = this.#endOfTag(start, first, content);
    if (end < 0) return false;
    this.#text(start, false);
    return this.#opening(this.#tagOf(this.#rest.slice(start + 1, end)), start);
  }

  #isAt(content: string, at: number): boolean {
    return this.#rest.charCodeAt(at + content.length) === 0x3e && this.#rest.startsWith(content, at);
  }

  #opening(tag: Tag, start: number): true {
    this.#text(start, false);
    this.#begin(tag);
    if (this.#last !== undefined) this.#last.next = tag;
    this.#last = tag;
    this.#at = start + tag.content.length + 2;
    return true;
  }

  /** Where a tag that was not met before ends, at its `>`; -1: not in what has come yet. */
  #endOfTag(start: number, first: number, content: string): number {
    // Only a tag with attributes can hold a `>` that does not end it.
    if (!content.includes('"') && !content.includes("'")) return first;
    let quote = "";
    for (let end = start + 1; end < this.#rest.length; end++) {
      const at = this.#rest.charAt(end);
      if (quote !== "") quote = at === quote ? "" : quote;
      else if (at === ">") return end;
      else if (at === '"' || at === "'") quote = at;
    }
    return -1;
  }

  #closing(start: number): boolean {
    const rawName = this.#rawNames.at(-1) ?? "";
    let end = start + 2 + rawName.length;
    if (!this.#isAt(rawName, start + 2)) {
      end = this.#rest.indexOf(">", start);
      if (end < 0) return false;
      this.#at = start;
      const written = this.#rest.slice(start + 2, end).trimEnd();
      if (written !== rawName || rawName === "")
        throw this.#fault("not", `</${written.slice(0, 40)}> closes nothing that is open`);
    }
    this.#text(start, true);
    this.#leave();
    this.#at = end + 1;
    return true;
  }

  /** Instructions and comments say nothing. */
  #special(start: number, sign: number): boolean {
    const isComment = this.#rest.startsWith("<!--", start);
    const end = sign === 0x3f ? this.#rest.indexOf("?>", start + 2) + 1 : this.#endOfSpecial(start);
    if (end <= 0) return false;
    this.#text(start, false);
    if (sign === 0x21 && !isComment) {
      const parent = this.#open.at(-1);
      if (parent === undefined) throw this.#fault("not", "it has text outside of its elements");
      parent.text += this.#rest.slice(start + 9, end - 2);
    }
    this.#at = end + 1;
    return true;
  }

  #endOfSpecial(start: number): number {
    const begins = this.#rest.slice(start, start + 9);
    const closing = begins.startsWith("<!--") ? "-->" : begins === "<![CDATA[" ? "]]>" : undefined;
    if (closing === undefined) {
      if ("<![CDATA[".startsWith(begins) || "<!--".startsWith(begins)) return -1;
      throw this.#fault("declares", "it declares a document type or entities of its own");
    }
    const end = this.#rest.indexOf(closing, start + (closing === "-->" ? 4 : 9));
    return end < 0 ? -1 : end + 2;
  }

  #begin({ name, rawName, attributes, isEmpty }: Tag): void {
    if (this.#root !== undefined) throw this.#fault("not", "it is not one whole element");
    if (this.#open.length >= mostDepth) throw this.#fault("not", "its elements stand too deep in each other");
    if (this.#newline < this.#at) this.#count(this.#at);
    this.#open.push({ name, attributes, children: noChildren, text: "", line: this.#line });
    this.#rawNames.push(rawName);
    if (isEmpty) this.#leave();
  }

  #leave(): void {
    const depth = this.#open.length;
    const node = this.#open.pop();
    this.#rawNames.pop();
    if (node === undefined) return;
    const parent = this.#open.at(-1);
    const isTaken = this.#taken(node, depth);
    if (parent === undefined) this.#root = node;
    else if (!isTaken) {
      if (parent.children === noChildren) parent.children = [];
      parent.children.push(node);
    }
  }

  /** The text up to `to`, which becomes the place. */
  #text(to: number, closes: boolean): void {
    const from = this.#at;
    this.#at = to;
    if (from === to) return;
    const parent = this.#open.at(-1);
    // The white space between elements says nothing.
    if ((parent === undefined || !closes || parent.children !== noChildren) && this.#isBlank(from, to))
      return;
    if (parent === undefined) throw this.#fault("not", "it has text outside of its elements");
    const text = this.#rest.slice(from, to);
    parent.text += text.includes("&") ? this.#unescaped(text) : text;
  }

  #isBlank(from: number, to: number): boolean {
    for (let at = from; at < to; at++) {
      const sign = this.#rest.charCodeAt(at);
      if (sign !== 0x20 && sign !== 0x0a && sign !== 0x0d && sign !== 0x09) return false;
    }
    return true;
  }

  #unescaped(text: string): string {
    return text.replaceAll(/&([^;&\s]{0,12})(;?)/g, (_, name: string, closed: string) => {
      const sign = closed === "" ? undefined : (entities[name] ?? signOf(name));
      if (sign === undefined) throw this.#fault("declares", "it has an unknown entity");
      return sign;
    });
  }

  #attributes(text: string): Record<string, string> {
    const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
    attributePart.lastIndex = 0;
    let read = 0;
    for (let match = attributePart.exec(text); match !== null; match = attributePart.exec(text)) {
      attributes[match[1] ?? ""] = this.#unescaped(match[2] ?? match[3] ?? "");
      read = attributePart.lastIndex;
    }
    if (text.slice(read).trim() !== "") throw this.#fault("not", "an element in it is no element");
    return attributes;
  }

  #tagOf(content: string): Tag {
    const isEmpty = content.endsWith("/");
    const bare = isEmpty ? content.slice(0, -1) : content;
    const space = bare.search(/\s/);
    const rawName = space < 0 ? bare : bare.slice(0, space);
    if (!nameOnly.test(rawName)) throw this.#fault("not", "something in it is no element and no text");
    const attributes = space < 0 ? noAttributes : this.#attributes(bare.slice(space));
    const tag: Tag = {
      rawName,
      name: rawName.slice(rawName.indexOf(":") + 1),
      attributes,
      isEmpty,
      content,
      next: undefined,
    };
    if (this.#tags.size < mostTags && content.length < mostTagSigns) this.#tags.set(content, tag);
    return tag;
  }

  #count(to: number): void {
    while (this.#newline < to) {
      this.#line += 1;
      this.#findNewline(this.#newline + 1);
    }
  }

  #findNewline(from: number): void {
    const at = this.#rest.indexOf("\n", from);
    this.#newline = at < 0 ? Infinity : at;
  }

  #fault(kind: XmlFaultKind, what: string): XmlFault {
    this.#count(this.#at);
    return new XmlFault(kind, this.#line, what);
  }
}

/** A sign by its number, `#233` or `#xE9`; undefined where there is none. */
function signOf(name: string): string | undefined {
  const match = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
  if (match === null) return undefined;
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
  const isSign = code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
  return isSign ? String.fromCodePoint(code) : undefined;
}

/** The children of a name. */
export function childrenOf(node: XmlNode | undefined, name: string): XmlNode[] {
  return node?.children.filter((child) => child.name === name) ?? [];
}

/** The first element down a path of names. */
export function childAt(node: XmlNode | undefined, ...path: string[]): XmlNode | undefined {
  let at = node;
  for (const name of path) at = at?.children.find((child) => child.name === name);
  return at;
}

/** The text of the first element down a path, without white space around it; empty where there is none. */
export function textAt(node: XmlNode | undefined, ...path: string[]): string {
  return childAt(node, ...path)?.text.trim() ?? "";
}
