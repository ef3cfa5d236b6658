/** A compose file as a tree that remembers where each value stands, so that every problem can point at its line. */
import type { GoScalar } from "./scalar.ts";

export interface Place {
  file: string;
  /** Both counted from 1. */
  line: number;
  column: number;
}

export interface ScalarNode {
  kind: "scalar";
  place: Place;
  value: GoScalar;
}

export interface ListNode {
  kind: "list";
  place: Place;
  items: Node[];
}

export interface MapNode {
  kind: "map";
  place: Place;
  entries: Map<string, Entry>;
}

export interface Entry {
  /** Where the key stands. */
  place: Place;
  value: Node;
}

export type Node = ScalarNode | ListNode | MapNode;

/** One compose file, parsed. */
export interface ComposeDocument {
  file: string;
  root: MapNode;
  warnings: string[];
}

/** Adds what `<<` merges in: what is written out wins over it, and an earlier source over a later one. */
export function fillFrom(entries: Map<string, Entry>, sources: readonly MapNode[]): void {
  for (const [key, entry] of sources.flatMap((one) => [...one.entries])) {
    if (!entries.has(key)) entries.set(key, entry);
  }
}

/** `compose.yml, line 3, column 5` */
export function sayPlace(place: Place): string {
  return `${place.file}, line ${place.line}, column ${place.column}`;
}

/** The place of the deepest part of `path` that the node has. */
export function placeIn(root: Node, path: readonly string[]): { place: Place; depth: number } {
  let node = root;
  let place = root.place;
  for (const [depth, key] of path.entries()) {
    const entry = node.kind === "map" ? node.entries.get(key) : undefined;
    if (entry === undefined) return { place, depth };
    place = entry.place;
    node = entry.value;
  }
  return { place, depth: path.length };
}
