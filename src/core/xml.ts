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
}

class XmlReader {
  readonly #taken: Taker;
  readonly #open: XmlNode[] = [];
  readonly #rawNames: string[] = [];
  /** Of tags that were met before, by all that stands between their signs: most come again and again. */
  readonly #tags = new Map<string, Tag>();
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
    const end = sign === 0x21 ? this.#endOfSpecial(start) : this.#endOfTag(start, sign);
    if (end < 0) return false;
    if (start > this.#at) this.#text(this.#rest.slice(this.#at, start), sign === 0x2f);
    this.#at = start;
    if (sign === 0x2f) this.#close(start + 2, end);
    else if (sign === 0x21) this.#special(start, end);
    else if (sign !== 0x3f) this.#begin(this.#rest.slice(start + 1, end));
    this.#at = end + 1;
    return true;
  }

  /** Where a tag or an instruction ends, at its `>`; -1: not in what has come yet. */
  #endOfTag(start: number, sign: number): number {
    if (sign === 0x3f) {
      const end = this.#rest.indexOf("?>", start + 2);
      return end < 0 ? -1 : end + 1;
    }
    const first = this.#rest.indexOf(">", start + 1);
    if (first < 0 || sign === 0x2f) return first;
    // Only a tag with attributes can hold a `>` that does not end it.
    const tag = this.#rest.slice(start + 1, first);
    if (this.#tags.has(tag) || (!tag.includes('"') && !tag.includes("'"))) return first;
    let quote = "";
    for (let end = start + 1; end < this.#rest.length; end++) {
      const at = this.#rest.charAt(end);
      if (quote !== "") quote = at === quote ? "" : quote;
      else if (at === ">") return end;
      else if (at === '"' || at === "'") quote = at;
    }
    return -1;
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

  #special(start: number, end: number): void {
    if (this.#rest.charAt(start + 2) === "-") return;
    const parent = this.#open.at(-1);
    if (parent === undefined) throw this.#fault("not", "it has text outside of its elements");
    parent.text += this.#rest.slice(start + 9, end - 2);
  }

  #begin(content: string): void {
    if (this.#root !== undefined) throw this.#fault("not", "it is not one whole element");
    if (this.#open.length >= mostDepth) throw this.#fault("not", "its elements stand too deep in each other");
    this.#count(this.#at);
    const { name, rawName, attributes, isEmpty } = this.#tags.get(content) ?? this.#tagOf(content);
    this.#open.push({ name, attributes, children: noChildren, text: "", line: this.#line });
    this.#rawNames.push(rawName);
    if (isEmpty) this.#leave();
  }

  #close(start: number, end: number): void {
    const rawName = this.#rawNames.at(-1) ?? "";
    const isIt = end === start + rawName.length && this.#rest.startsWith(rawName, start);
    const written = isIt ? rawName : this.#rest.slice(start, end).trimEnd();
    if (written !== rawName || rawName === "")
      throw this.#fault("not", `</${written.slice(0, 40)}> closes nothing that is open`);
    this.#leave();
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

  #text(text: string, closes: boolean): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) {
      if (text.trim() !== "") throw this.#fault("not", "it has text outside of its elements");
      return;
    }
    // The white space between elements says nothing.
    if ((!closes || parent.children !== noChildren) && text.trim() === "") return;
    parent.text += text.includes("&") ? this.#unescaped(text) : text;
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
    const tag: Tag = { rawName, name: rawName.slice(rawName.indexOf(":") + 1), attributes, isEmpty };
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
