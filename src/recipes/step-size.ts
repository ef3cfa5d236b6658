/** How large the step from one version of a recipe to a newer one is: the policies of apps are about that. */
import type { RecipeVersion } from "../core/terms.ts";
import { compareVersions, isPreview, partsOf } from "./versions.ts";

export type StepSize = "patch" | "minor" | "major";

const order: readonly StepSize[] = ["patch", "minor", "major"];

/**
 * Judged on the recipe's own numbers (first: major, second: minor, else patch) and on the first number of the
 * image's tag: a new major version of the program is a major step, whatever the recipe calls it. What cannot be
 * read is a major step, so that a person looks at it.
 */
export function stepBetween(from: string, to: string): StepSize {
  const [a, b] = [partsOf(from), partsOf(to)];
  if (a === undefined || b === undefined) return "major";
  const differs = (n: number): boolean => BigInt(a.numbers[n] ?? "0") !== BigInt(b.numbers[n] ?? "0");
  if (differs(0) || differsInMajor(a.image, b.image)) return "major";
  return differs(1) ? "minor" : "patch";
}

/** Tags without a number say nothing, so only the same one is no step. */
function differsInMajor(a: string | undefined, b: string | undefined): boolean {
  if (a === b) return false;
  const [left, right] = [firstNumber(a), firstNumber(b)];
  return left === undefined || right === undefined || left !== right;
}

function firstNumber(tag: string | undefined): bigint | undefined {
  const digits = tag === undefined ? undefined : /^v?(\d+)/.exec(tag)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

/** True when the step is larger than the size that is allowed. */
export function isBeyond(step: StepSize, allowed: StepSize): boolean {
  return order.indexOf(step) > order.indexOf(allowed);
}

/**
 * The newest version above `from` that is no larger step than `allowed`; null when there is none. Previews are
 * never among them. `versions` in any order.
 */
export function newestWithin(
  versions: readonly RecipeVersion[],
  from: RecipeVersion,
  allowed: StepSize,
): RecipeVersion | null {
  const fitting = versions.filter(
    (to) => !isPreview(to) && compareVersions(to, from) > 0 && !isBeyond(stepBetween(from, to), allowed),
  );
  return fitting.sort(compareVersions).at(-1) ?? null;
}

/**
 * Words of release notes that speak of work to be done, or of data that is changed for good. A short list, and
 * rather too many hits than too few: a hit only means that a person reads the notes first.
 */
const words: readonly RegExp[] = [
  /\bmigrat\w*/i,
  /\bbreak(?:s|ing)\b/i,
  /\bmanual(?:ly)?\b|\bby hand\b/i,
  /\bback(?:\s|-)?ups?\b/i,
  /\bbefore (?:you |the )?(?:upgrad|updat|deploy)\w*/i,
  /\bdown-?time\b/i,
  /\birreversibl\w*|\bcannot (?:be )?(?:roll|go|undo|downgrad)\w*|\bno way back\b/i,
  /\bschema\b/i,
  /\bre-?index\w*/i,
  /\bdump\b|\bpg_upgrade\b/i,
];

/** The words of the notes that stand for a migration, as they are written there in small letters; empty for none. */
export function migrationWords(notes: string): string[] {
  return words.flatMap((pattern) => pattern.exec(notes)?.[0].toLowerCase() ?? []);
}
