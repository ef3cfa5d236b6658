import { composeConflict, composeUndefined, composeValue } from "../../../core/problems/compose.ts";
import { nearest } from "../../../core/nearest.ts";
import type { ComposeConfig } from "../config.ts";
import { placeIn, sayPlace } from "../node.ts";
import type { IdOf, ReadFile } from "../types.ts";

/** What every part of the conversion needs. */
export interface Conversion {
  stack: string;
  config: ComposeConfig;
  readFile: ReadFile;
  secretId: IdOf;
  configId: IdOf;
}

export type Path = readonly string[];

/** Where the value of `path` was written: the last file that goes deepest towards it. */
export function whereIs(config: ComposeConfig, path: Path): string {
  const places = config.documents.map((document) => placeIn(document.root, path));
  const deepest = Math.max(0, ...places.map(({ depth }) => depth));
  const found = places.findLast(({ depth }) => depth === deepest);
  return found === undefined ? "the compose files" : sayPlace(found.place);
}

export function conflictAt({ config }: Conversion, path: Path, what: string): Error {
  return composeConflict({ where: whereIs(config, path), path: path.join("."), what });
}

export function valueAt({ config }: Conversion, path: Path, value: string, expected: string): Error {
  return composeValue({ where: whereIs(config, path), path: path.join("."), value, expected });
}

export function undefinedAt(
  { config }: Conversion,
  path: Path,
  kind: "network" | "volume" | "secret" | "config",
  name: string,
): Error {
  const known = config[`${kind}s`].keys();
  const found = { where: whereIs(config, path), path: path.join("."), kind, name: JSON.stringify(name) };
  return composeUndefined({ ...found, nearest: nearest(name, known) });
}

/** The object without members that say nothing: undefined, empty texts, empty lists. */
export function filled<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  const kept = Object.entries(members).filter(
    ([, value]) => value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as T;
}

/** As `filled`, and without numbers that are 0 and truth values that are false: what Go leaves out of JSON. */
export function nonZero<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  const kept = Object.entries(filled(members)).filter(([, value]) => value !== 0 && value !== false);
  return Object.fromEntries(kept) as T;
}
