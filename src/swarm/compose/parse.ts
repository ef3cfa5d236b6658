import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { composeTooLarge, composeUnreadable } from "../../core/problems/compose.ts";
import { isTooMuchYaml, mostYamlSigns } from "../../core/yaml-signs.ts";
import { parseEveryday } from "./everyday.ts";
import {
  fillFrom,
  sayPlace,
  type ComposeDocument,
  type Entry,
  type MapNode,
  type Node,
  type Place,
} from "./node.ts";
import { noNumber, readPlain, type GoScalar } from "./scalar.ts";
import { readTagged } from "./tagged.ts";

/** Far above any compose file; anchors can make a short file endless, brackets can exhaust the stack. */
const limits = { characters: 1_000_000, values: 100_000, depth: 200, brackets: 2_000 };

/**
 * Reads one compose file: YAML as the docker CLI reads it (merge keys, octal `0NNN`, no key twice). Throws a Problem
 * with file, line, column and the line itself where it is no YAML, or where its top level is no mapping.
 */
export function parseCompose(text: string, file: string): ComposeDocument {
  if (text.length > limits.characters) throw tooLarge(file, `${limits.characters} characters`);
  const everyday = parseEveryday(text, file);
  return everyday === undefined ? parseWhole(text, file) : { file, root: everyday, warnings: [] };
}

/** As `parseCompose`, by the reader of all YAML; for tests, which hold the two readers equal. */
export function parseWhole(text: string, file: string): ComposeDocument {
  if (isTooMuchYaml(text)) throw tooLarge(file, `${mostYamlSigns} signs of YAML`);
  if (openBrackets(text) > limits.brackets) throw tooLarge(file, `${limits.depth} levels of nesting`);
  const lines = new LineCounter();
  // Only texts, lists and maps: what a plain scalar means is decided in scalar.ts, as Go decides it.
  const parsed = withinStack(file, () =>
    parseAllDocuments(text, {
      schema: "failsafe",
      lineCounter: lines,
      uniqueKeys: false,
      logLevel: "silent",
      // It would cut out the text around each of many faults; only the first one is told, with its line.
      prettyErrors: false,
    }),
  );
  const [first, second] = "empty" in parsed ? [] : parsed;
  const builder = new TreeBuilder(text, file, lines);
  const [fault] = first?.errors ?? [];
  if (fault !== undefined) throw builder.unreadable(fault.pos[0], fault.message);
  // The reader inside the CLI knows no later YAML by name, although it reads much of it.
  const directive = first?.directives.yaml;
  if (directive?.explicit === true && directive.version !== "1.1")
    throw builder.unreadable(0, "Docker reads %YAML 1.1 alone; leave the line out");
  const root = withinStack(file, () => builder.build(first?.contents ?? null, 0));
  if (root.kind !== "map") throw builder.unreadable(0, "The top level has to be a mapping of keys to values");
  const warnings = second === undefined ? [] : [`${file}: only what stands before the second --- is used.`];
  return { file, root, warnings };
}

/** JSON and YAML 1.2 have it, the reader inside the CLI has not. */
const slashEscape = /(?:^|[^\\])(?:\\\\)*\\\//;

class TreeBuilder {
  readonly #text: string;
  readonly #file: string;
  readonly #lines: LineCounter;
  /** Built nodes by anchor and the number of values in them: an alias shares its node. */
  readonly #anchors = new Map<string, { node: Node; size: number }>();
  #size = 0;

  constructor(text: string, file: string, lines: LineCounter) {
    this.#text = text;
    this.#file = file;
    this.#lines = lines;
  }

  build(node: ParsedNode | null, depth: number): Node {
    if (depth > limits.depth) throw tooLarge(this.#file, `${limits.depth} levels of nesting`);
    const before = this.#size;
    this.#count(1);
    const built = this.#convert(node, depth);
    if (node !== null && !isAlias(node) && node.anchor !== undefined) {
      this.#anchors.set(node.anchor, { node: built, size: this.#size - before });
    }
    return built;
  }

  #convert(node: ParsedNode | null, depth: number): Node {
    const place = this.placeAt(node?.range[0] ?? 0);
    if (node === null) return { kind: "scalar", place, value: null };
    if (isAlias(node)) return this.#known(node.source, node.range[0]);
    if (isSeq(node)) {
      return {
        kind: "list",
        place,
        items: node.items.map((item) => this.build(item, depth + 1)),
      };
    }
    if (isMap(node)) return this.#map(node, place, depth);
    if (isScalar(node) && node.type === "PLAIN" && noNumber.test(node.source)) {
      throw this.unreadable(node.range[0], "A number has to have an end; put it in quotes if it is text");
    }
    return { kind: "scalar", place, value: isScalar(node) ? this.#scalar(node) : null };
  }

  #scalar(node: Scalar.Parsed): GoScalar {
    if (node.type === "QUOTE_DOUBLE" && slashEscape.test(this.#text.slice(node.range[0], node.range[1]))) {
      throw this.unreadable(node.range[0], "Docker does not know \\/; write / alone");
    }
    if (node.tag === undefined) return node.type === "PLAIN" ? readPlain(node.source) : String(node.value);
    const value = readTagged(node.tag, node.source);
    if (value !== undefined) return value;
    throw this.unreadable(
      node.range[0],
      `What is marked !!${node.tag.split(":").at(-1) ?? ""} has to be one`,
    );
  }

  #known(anchor: string, offset: number): Node {
    const known = this.#anchors.get(anchor);
    if (known === undefined) throw this.unreadable(offset, `Nothing before this is marked &${anchor}`);
    this.#count(known.size);
    return known.node;
  }

  #map(node: YAMLMap.Parsed, place: Place, depth: number): MapNode {
    const entries = new Map<string, Entry>();
    const merged: MapNode[] = [];
    for (const pair of node.items) {
      const value = this.build(pair.value, depth + 1);
      if (isMergeKey(pair)) {
        merged.push(...this.#mergeSources(value, pair.key.range[0]));
        continue;
      }
      const key = this.build(pair.key, depth + 1);
      const offset = pair.key.range[0];
      if (key.kind !== "scalar" || typeof key.value !== "string") {
        throw this.unreadable(offset, "A key has to be text; put it in quotes");
      }
      if (entries.has(key.value)) throw this.unreadable(offset, `The key ${key.value} stands here twice`);
      entries.set(key.value, { place: this.placeAt(offset), value });
    }
    fillFrom(entries, merged);
    return { kind: "map", place, entries };
  }

  #mergeSources(value: Node, offset: number): MapNode[] {
    const sources = value.kind === "list" ? value.items : [value];
    return sources.map((source) => {
      if (source.kind === "map") return source;
      throw this.unreadable(offset, "<< takes a mapping or a list of mappings");
    });
  }

  #count(values: number): void {
    this.#size += values;
    if (this.#size > limits.values) throw tooLarge(this.#file, `${limits.values} values`);
  }

  placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  unreadable(offset: number, reason: string): Error {
    const place = this.placeAt(offset);
    const line = (this.#text.split("\n")[place.line - 1] ?? "").trimEnd().slice(0, 200);
    return composeUnreadable({ where: sayPlace(place), reason, line });
  }
}

function isMergeKey(pair: Pair<ParsedNode, ParsedNode | null>): boolean {
  return isScalar(pair.key) && pair.key.type === "PLAIN" && pair.key.source === "<<";
}

function tooLarge(file: string, limit: string): Error {
  return composeTooLarge({ file, limit });
}

/** Nesting that exhausts the stack is a fault of the file, not of this program. */
function withinStack<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof RangeError) throw tooLarge(file, `${limits.depth} levels of nesting`);
    throw thrown;
  }
}

/** How many more brackets are opened than closed at the most: before the parser works itself to exhaustion. */
function openBrackets(text: string): number {
  let [open, most] = [0, 0];
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open += bracket === "[" || bracket === "{" ? 1 : -1;
    most = Math.max(most, open);
  }
  return most;
}
