/**
 * Readers turn the loosely typed tree into typed values, in one pass with the checks of the CLI's schema: a value
 * of another kind is a Problem with key path, line and column. What a reader does not name is null, and refused.
 */
import { composeUnknownKey, composeValue, composeWrongKind } from "../../core/problems/compose.ts";
import { nearest } from "../../core/nearest.ts";
import { sayPlace, type ListNode, type MapNode, type Node } from "./node.ts";
import { goPrint, type GoScalar } from "./scalar.ts";

/** What readers are told and where they leave remarks. */
export interface Reading {
  /** Minor version of the file: 8 for "3.8". */
  version: number;
  warnings: string[];
}

export type Reader<T> = (node: Node, path: string, reading: Reading) => T;
export type ReadBy<R> = R extends Reader<infer T> ? T : never;

export function wrongKind(node: Node, path: string, expected: string, hint?: string): Error {
  return composeWrongKind({ where: sayPlace(node.place), path, found: describe(node), expected, hint });
}

/** A value of the right kind that cannot be used; `value` is what stands there, in words. */
export function wrongValue(node: Node, path: string, value: string, expected: string): Error {
  return composeValue({ where: sayPlace(node.place), path, value, expected });
}

function describe(node: Node): string {
  if (node.kind !== "scalar") return node.kind === "map" ? "a mapping" : "a list";
  if (node.value === null) return "empty";
  if (typeof node.value === "string") return `the text ${JSON.stringify(node.value.slice(0, 80))}`;
  return typeof node.value === "object" && "time" in node.value ? "a date" : goPrint(node.value);
}

export const text: Reader<string> = (node, path) => {
  const value = scalarOf(node);
  if (typeof value === "string") return value;
  const printable = value !== undefined && value !== null;
  throw wrongKind(node, path, "text", printable ? "Put the value in quotes." : undefined);
};

export const bool: Reader<boolean> = (node, path) => {
  const value = scalarOf(node);
  if (typeof value === "boolean") return value;
  throw wrongKind(node, path, "true or false");
};

/** Any number; a large one loses digits as it does in Go. */
export const number: Reader<number> = (node, path) => {
  const value = numberOf(node);
  if (value !== undefined) return value;
  throw wrongKind(node, path, "a number");
};

export const whole: Reader<number> = (node, path) => {
  const value = numberOf(node);
  if (value !== undefined && Number.isInteger(value)) return value;
  throw wrongKind(node, path, "a whole number");
};

/** A number of things: cut to a whole one, not below zero. */
export const count: Reader<number> = (node, path, reading) =>
  notNegative(whole(node, path, reading), node, path);

export const cutCount: Reader<number> = (node, path, reading) =>
  notNegative(Math.trunc(number(node, path, reading)), node, path);

function notNegative(value: number, node: Node, path: string): number {
  if (value >= 0) return value;
  throw wrongKind(node, path, "a number from 0 up");
}

/** Anything at all; for keys that Swarm ignores and for `x-…`. */
export const anything: Reader<undefined> = () => undefined;

/** Text that `parse` understands, such as a duration. */
export function parsed<T>(parse: (text: string) => T | undefined, expected: string): Reader<T> {
  return (node, path, reading) => {
    const value = parse(text(node, path, reading));
    if (value === undefined) throw wrongValue(node, path, quote(node), expected);
    return value;
  };
}

/** What stands there, for problems. */
export function quote(node: Node): string {
  const value = scalarOf(node);
  return typeof value === "string" ? JSON.stringify(value) : describe(node);
}

export function listOf<T>(item: Reader<T>, options: { unique?: boolean } = {}): Reader<T[]> {
  return (node, path, reading) => {
    if (node.kind !== "list") throw wrongKind(node, path, "a list");
    if (options.unique === true) refuseDoubles(node, path);
    return node.items.map((one, index) => item(one, `${path}[${index}]`, reading));
  };
}

export const texts = listOf(text, { unique: true });

export const textOrTexts: Reader<string[]> = (node, path, reading) =>
  node.kind === "scalar" ? [text(node, path, reading)] : texts(node, path, reading);

/** A mapping with texts and numbers as values; `empty` says whether nothing at all is a value too. */
export function textMap(options: { empty: boolean }): Reader<Map<string, string>> {
  return (node, path) => {
    if (node.kind !== "map") throw wrongKind(node, path, "a mapping");
    return new Map(
      [...node.entries].map(([key, { value }]) => [key, printed(value, `${path}.${key}`, options) ?? ""]),
    );
  };
}

/** A mapping, or a list of `KEY=value`; a key without value is null. */
export const pairs: Reader<Map<string, string | null>> = (node, path, reading) => {
  if (node.kind === "map") {
    if (node.entries.has(""))
      throw wrongValue(node, path, "a mapping with an empty name", "a name for each value");
    const entries = [...node.entries];
    return new Map(
      entries.map(([key, { value }]) => [key, printed(value, `${path}.${key}`, { empty: true })]),
    );
  }
  if (node.kind !== "list") throw wrongKind(node, path, "a mapping or a list of KEY=value");
  return new Map(
    texts(node, path, reading).map((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [line, null] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
};

/** As `pairs`; a key without value has the empty text. */
export const labels: Reader<Map<string, string>> = (node, path, reading) =>
  new Map([...pairs(node, path, reading)].map(([key, value]) => [key, value ?? ""]));

function printed(node: Node, path: string, options: { empty: boolean }): string | null {
  const value = scalarOf(node);
  if (value === null && options.empty) return null;
  if (value === undefined || value === null || typeof value === "boolean") {
    const hint = value === null ? 'Leave it out, or write an empty text: ""' : "Put the value in quotes.";
    throw wrongKind(node, path, "text or a number", hint);
  }
  return goPrint(value);
}

export function scalarOf(node: Node): GoScalar | undefined {
  return node.kind === "scalar" ? node.value : undefined;
}

function numberOf(node: Node): number | undefined {
  const value = scalarOf(node);
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  const float = typeof value === "object" && value !== null && "float" in value ? value.float : undefined;
  return float !== undefined && Number.isFinite(float) ? float : undefined;
}

function refuseDoubles(node: ListNode, path: string): void {
  const seen = new Set<string>();
  for (const [index, item] of node.items.entries()) {
    const shape = fingerprint(item);
    if (seen.has(shape))
      throw wrongKind(item, `${path}[${index}]`, "something that does not stand in the list yet");
    seen.add(shape);
  }
}

/** Equal for what is equal in JSON. */
function fingerprint(node: Node): string {
  if (node.kind === "list") return `[${node.items.map(fingerprint).join()}]`;
  if (node.kind === "map") {
    const entries = [...node.entries].map(
      ([key, { value }]) => `${JSON.stringify(key)}:${fingerprint(value)}`,
    );
    return `{${entries.sort().join()}}`;
  }
  return typeof node.value === "string"
    ? JSON.stringify(node.value)
    : node.value === null
      ? "null"
      : goPrint(node.value);
}

/** Refuses a key that a mapping does not have, with the nearest that it has. */
export function unknownKey(node: MapNode, key: string, path: string, known: Iterable<string>): Error {
  const place = node.entries.get(key)?.place ?? node.place;
  return composeUnknownKey({ where: sayPlace(place), path, nearest: nearest(key, known) });
}
