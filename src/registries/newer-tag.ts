/** Which tag of a repository is a newer version of the one that is used. */

interface TagShape {
  /** What must be the same: a `v`, how many numbers, the flavour with its own numbers left open. */
  shape: string;
  numbers: bigint[];
}

/** So many digits are a date or a build number, unless the tag that is used has as many. */
const digitsOfDate = 6;

/**
 * The newest tag of the same shape: `1.27.3-alpine` may become `1.28.0-alpine`, not `1.28`, `1.28.0` or
 * `1.28.0-rc1-alpine`. Null when there is none, or when the tag that is used is no version (`latest`, `stable`).
 */
export function newerTag(tags: readonly string[], used: string): string | null {
  const current = shapeOf(used);
  if (current === undefined) return null;
  let best: { tag: string; numbers: bigint[] } | null = null;
  for (const tag of tags) {
    const other = shapeOf(tag);
    if (other?.shape !== current.shape || compare(other.numbers, current.numbers) <= 0) continue;
    if (best === null || compare(other.numbers, best.numbers) > 0) best = { tag, numbers: other.numbers };
  }
  return best?.tag ?? null;
}

function shapeOf(tag: string): TagShape | undefined {
  const match = /^(v?)(\d+(?:\.\d+)*)(.*)$/.exec(tag);
  if (match === null) return undefined;
  const [, prefix = "", version = "", suffix = ""] = match;
  if (!/^(?:[-_.+][\w.+-]*)?$/.test(suffix)) return undefined;
  const parts = version.split(".");
  const kinds = parts.map((part) => (part.length >= digitsOfDate ? "date" : "n")).join(".");
  return { shape: `${prefix}${kinds}${suffix.replace(/\d+/g, "#")}`, numbers: parts.map(BigInt) };
}

function compare(a: bigint[], b: bigint[]): number {
  for (const [n, left] of a.entries()) {
    const right = b[n] ?? 0n;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
