/** YAML of recipes with the places of its values, for those who say where something stands. */
import {
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type DocumentOptions,
  type ParseOptions as Parsing,
  type SchemaOptions,
} from "yaml";
import { messageOf } from "../core/problem.ts";
import { isTooMuchYaml } from "../core/yaml-signs.ts";
import { recipeFileUnreadable } from "../core/problems/recipes.ts";

/** Far above any compose file; brackets and anchors can make a short text endless. */
const limits = { characters: 64 * 1024, brackets: 500, anchors: 200, aliases: 1000 };

type ParseOptions = Parsing & DocumentOptions & SchemaOptions;

export interface YamlFile {
  path: string;
  text: string;
  document: Document.Parsed;
  content: Record<string, unknown>;
  /** The line (from 1) of what stands at these keys, or of the nearest around it that is written out. */
  lineOf(keys: readonly (string | number)[]): number;
  /** The line (from 1) of a place in the text. */
  lineAt(offset: number): number;
}

/**
 * Reads one YAML file: numbers, yes and no as the docker CLI reads them (YAML 1.2), merge keys filled in. Throws
 * `recipe-file-unreadable` for what is no YAML, no mapping, or made to exhaust its reader.
 */
export function readYaml(text: string, path: string): YamlFile {
  if (text.length > limits.characters) throw recipeFileUnreadable({ file: path, reason: "it is too large" });
  if (isTooMuchYaml(text)) throw recipeFileUnreadable({ file: path, reason: "it is too large" });
  if (bracketsIn(text) > limits.brackets)
    throw recipeFileUnreadable({ file: path, reason: "it nests too deep" });
  const anchors = text.match(/[&*][\w-]/g)?.length ?? 0;
  if (anchors > limits.anchors) throw recipeFileUnreadable({ file: path, reason: "it has too many anchors" });
  const lines = new LineCounter();
  const options = {
    merge: true,
    logLevel: "silent",
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
  };
  try {
    const document = parseDocument(text, options as ParseOptions);
    const [fault] = document.errors;
    if (fault !== undefined) throw new Error(`${fault.message} (line ${lines.linePos(fault.pos[0]).line})`);
    refuseDoubles(document, lines);
    // Aliases that double each other are refused by this count.
    const content: unknown = document.toJS({ maxAliasCount: limits.aliases }) ?? {};
    if (!isRecord(content)) throw new Error("its top level is no mapping of keys to values");
    const lineOf = (keys: readonly (string | number)[]): number => lineIn(document, lines, keys);
    const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
    return { path, text, document, content, lineOf, lineAt };
  } catch (thrown) {
    const reason = (messageOf(thrown).split(":\n")[0] ?? "").replace(/\.$/, "");
    throw recipeFileUnreadable({ file: path, reason }, thrown);
  }
}

/** A key that stands twice in one mapping; the library's own look at it grows with the square of the keys. */
function refuseDoubles(document: Document.Parsed, lines: LineCounter): void {
  visit(document, {
    Map(_, map) {
      const known = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key) || key.value === "<<" || typeof key.value === "symbol") continue;
        if (known.has(key.value)) {
          const { line } = lines.linePos(key.range?.[0] ?? 0);
          throw new Error(`the key ${String(key.value)} stands there twice (line ${line})`);
        }
        known.add(key.value);
      }
    },
  });
}

function lineIn(document: Document.Parsed, lines: LineCounter, keys: readonly (string | number)[]): number {
  for (let length = keys.length; length > 0; length--) {
    const node = document.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range) return Math.max(1, lines.linePos(node.range[0]).line);
  }
  return 1;
}

/** How many more brackets are opened than closed at the most. */
function bracketsIn(text: string): number {
  let [open, most] = [0, 0];
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open += bracket === "[" || bracket === "{" ? 1 : -1;
    most = Math.max(most, open);
  }
  return most;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as a mapping; empty when it is none. */
export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** The value as a list; a missing one is empty. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, number or truth as text; anything else is empty. */
export function text(value: unknown): string {
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : "";
}
