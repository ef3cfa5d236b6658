import type { Json } from "../../../core/canonical.ts";
import type { ComposeDocument, Node } from "../node.ts";
import { goPrint } from "../scalar.ts";

/** A tree as it was written, without its places. */
export function plainOf(node: Node): Json {
  if (node.kind === "list") return node.items.map(plainOf);
  if (node.kind === "map") {
    return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainOf(value)]));
  }
  const { value } = node;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "object" && value !== null) return "float" in value ? value.float : goPrint(value);
  return value;
}

/** What stands at a path of one file. */
export function nodeAt({ root }: ComposeDocument, ...path: string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const key of path) node = node?.kind === "map" ? node.entries.get(key)?.value : undefined;
  return node;
}

/** The `x-…` keys of a mapping; Swarm ignores them, and they are told all the same. */
export function extensionsIn(node: Node | undefined): Record<string, Json> {
  if (node?.kind !== "map") return {};
  const found = [...node.entries].filter(([key]) => key.startsWith("x-"));
  return Object.fromEntries(found.map(([key, { value }]) => [key, plainOf(value)]));
}

/** A text, or a list of texts, under a key of a mapping. */
export function textsIn(node: Node | undefined, key: string): string[] {
  const value = node?.kind === "map" ? node.entries.get(key)?.value : undefined;
  if (value === undefined) return [];
  const items = value.kind === "list" ? value.items : [value];
  return items.flatMap((one) => (one.kind === "scalar" && typeof one.value === "string" ? [one.value] : []));
}
