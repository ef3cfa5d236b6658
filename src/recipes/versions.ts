/**
 * Recipe versions: `<recipe semver>+<main image tag>`, and the older `5.7.1_1` when only a database moved.
 */
import type { RecipeVersion } from "../core/terms.ts";

/** A version taken apart. */
export interface VersionParts {
  numbers: string[];
  revision: string;
  preview: string | undefined;
  image: string | undefined;
}

/**
 * Negative when `a` is older. `5.7.1 < 5.7.1_1 < 5.7.2`; the image tag only decides between equal recipe
 * versions; `2.0.0-rc1` comes before `2.0.0`. Texts that are no version come before all that are.
 */
export function compareVersions(a: string, b: string): number {
  const left = partsOf(a);
  const right = partsOf(b);
  if (left === undefined || right === undefined) {
    return left === right ? byText(a, b) : left === undefined ? -1 : 1;
  }
  return (
    compareNumbers(left.numbers, right.numbers) ||
    compareDigits(left.revision, right.revision) ||
    comparePreviews(left.preview, right.preview) ||
    compareImages(left.image, right.image) ||
    byText(a, b)
  );
}

/**
 * The newest that is no preview (`-rc1`); of previews alone the newest; null of none. `versions` newest
 * first.
 */
export function newestRelease(versions: readonly RecipeVersion[]): RecipeVersion | null {
  return versions.find((version) => !isPreview(version)) ?? versions[0] ?? null;
}

/** True for `2.0.0-rc1+1.5`: taken only when it is asked for by name. */
export function isPreview(version: string): boolean {
  return partsOf(version)?.preview !== undefined;
}

/** True when the first number differs: a recipe's major version means manual work or a break. */
export function isMajor(from: string, to: string): boolean {
  const [a, b] = [partsOf(from), partsOf(to)];
  return a !== undefined && b !== undefined && compareDigits(a.numbers[0] ?? "", b.numbers[0] ?? "") !== 0;
}

/**
 * The release notes of every version after `from` up to and with `to`, oldest first, each under its version.
 */
export function notesBetween(notes: Record<string, string>, from: string, to: string): string {
  return Object.keys(notes)
    .filter((version) => partsOf(version) !== undefined)
    .filter((version) => compareVersions(version, from) > 0 && compareVersions(version, to) <= 0)
    .sort(compareVersions)
    .map((version) => `**${version}**\n${notes[version] ?? ""}`)
    .join("\n\n");
}

const shape = /^v?(\d+(?:\.\d+)*)(?:_(\d+))?(?:-([\w.]+))?(?:\+([\w.-]+))?$/;

/** Undefined for a text that is no version. */
export function partsOf(version: string): VersionParts | undefined {
  const match = shape.exec(version);
  if (match === null) return undefined;
  return {
    numbers: (match[1] ?? "").split("."),
    revision: match[2] ?? "0",
    preview: match[3],
    image: match[4],
  };
}

function compareNumbers(a: string[], b: string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = compareDigits(a[i] ?? "0", b[i] ?? "0");
    if (order !== 0) return order;
  }
  return 0;
}

/** By value at any length: dates and build numbers outgrow a double. */
function compareDigits(a: string, b: string): number {
  const left = a.replace(/^0+/, "");
  const right = b.replace(/^0+/, "");
  return left.length - right.length || byText(left, right);
}

function comparePreviews(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return compareChunks(a, b);
}

function compareImages(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  return compareChunks(a, b);
}

/** Letters by letter, digits by value: `1.0.9` before `1.0.10`. */
function compareChunks(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = left[i];
    const y = right[i];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const order = /^\d/.test(x) && /^\d/.test(y) ? compareDigits(x, y) : byText(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
