import { composeDollar, composeValue, composeVariableMissing } from "../../core/problems/compose.ts";
import { castFor } from "./cast.ts";
import { sayPlace, type ComposeDocument, type MapNode, type Node, type Place } from "./node.ts";
import type { GoScalar } from "./scalar.ts";

/** `$$`, `$NAME`, `${NAME}`, each NAME with an optional default or demand (docker CLI, cli/compose/template). */
const reference = /\$(?:(\$)|([_a-z][_a-z0-9]*(?::?[-?][^}]*)?)|\{([_a-z][_a-z0-9]*(?::?[-?][^}]*)?)\}|())/gi;

/**
 * Fills the environment into every value of a document, never into keys. Throws a Problem with the path for a `$`
 * that begins no variable, for a demanded variable without value, and for a text that does not fit its place.
 *
 * The CLI forgets a fault when another variable follows in the same text, and deploys what is left of it. Here it
 * is a problem: half a password hash helps nobody.
 */
export function interpolate(
  document: ComposeDocument,
  env: Readonly<Record<string, string>>,
): ComposeDocument {
  const filling = new Filling(env);
  const entries = [...document.root.entries].map(
    ([key, entry]) => [key, { ...entry, value: filling.fill(entry.value, [key]) }] as const,
  );
  const root: MapNode = { ...document.root, entries: new Map(entries) };
  return { ...document, root, warnings: [...document.warnings, ...filling.warnings] };
}

class Filling {
  readonly warnings: string[] = [];
  readonly #env: Map<string, string>;

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = new Map(Object.entries(env));
  }

  fill(node: Node, path: readonly string[]): Node {
    if (node.kind === "map") {
      const entries = [...node.entries].map(
        ([key, entry]) => [key, { ...entry, value: this.fill(entry.value, [...path, key]) }] as const,
      );
      return { ...node, entries: new Map(entries) };
    }
    if (node.kind === "list")
      return { ...node, items: node.items.map((item, at) => this.fill(item, [...path, `[${at}]`])) };
    if (typeof node.value !== "string" || !node.value.includes("$")) return node;
    return { ...node, value: this.#text(node.value, path, node.place) };
  }

  #text(text: string, path: readonly string[], place: Place): GoScalar {
    const filled = text.replace(reference, (_whole, escaped?: string, named?: string, braced?: string) => {
      if (escaped !== undefined) return "$";
      const inner = named ?? braced;
      if (inner === undefined) throw composeDollar({ where: sayPlace(place), path: sayPath(path), text });
      this.#lint(inner, named !== undefined, path, place);
      return this.#value(inner, path, place);
    });
    if (filled === text) return text;
    const cast = castFor(path);
    if (cast === undefined) return filled;
    const value = cast.to(filled);
    if (value !== undefined) return value;
    const found = { where: sayPlace(place), path: sayPath(path), value: JSON.stringify(filled) };
    throw composeValue({ ...found, expected: cast.expected });
  }

  /** The value of `NAME`, `NAME:-default`, `NAME-default`, `NAME:?message` or `NAME?message`, tried in that order. */
  #value(inner: string, path: readonly string[], place: Place): string {
    for (const sign of [":-", "-", ":?", "?"]) {
      const at = inner.indexOf(sign);
      if (at < 0) continue;
      const name = inner.slice(0, at);
      const rest = inner.slice(at + sign.length);
      const value = this.#env.get(name);
      if (value !== undefined && (value !== "" || !sign.startsWith(":"))) return value;
      if (sign.endsWith("-")) return rest;
      throw composeVariableMissing({
        where: sayPlace(place),
        path: sayPath(path),
        variable: name,
        message: rest,
      });
    }
    return this.#env.get(inner) ?? "";
  }

  #lint(inner: string, bare: boolean, path: readonly string[], place: Place): void {
    const [name = inner] = /^\w+/.exec(inner) ?? [];
    if (name === inner) return;
    if (bare) {
      const meant = `\${${name}}${inner.slice(name.length)}`;
      this.warnings.push(
        `${sayPlace(place)}: ${sayPath(path)}: $${inner} is read as ${name} with a default; ` +
          `meant is probably ${meant}.`,
      );
    } else if (inner.includes("${")) {
      this.warnings.push(
        `${sayPlace(place)}: ${sayPath(path)}: a default is taken as it is, a variable inside it is not filled in.`,
      );
    }
  }
}

/** `services.app.ports[0].target` */
function sayPath(path: readonly string[]): string {
  return path.map((key, depth) => (depth === 0 || /^\[\d+\]$/.test(key) ? key : `.${key}`)).join("");
}
