/** Numbers that may be set back to 0 by a later file; everywhere else nothing, 0, false and "" never win. */
const zeroCounts = new Set(["replicas", "parallelism", "retries", "max_attempts"]);

/**
 * Lays `over` over `base` as the docker CLI's merging does (dario.cat/mergo with override and append): mappings key
 * by key, lists one after the other, single values from the later file unless they are zero.
 */
export function deep<T>(base: T, over: T, key = ""): T {
  if (over === undefined) return base;
  if (base === undefined) return over;
  if (Array.isArray(base) && Array.isArray(over))
    return [...(base as unknown[]), ...(over as unknown[])] as T;
  if (base instanceof Map && over instanceof Map) return new Map([...base, ...over]) as T;
  if (isRecord(base) && isRecord(over)) return deepRecord(base, over) as T;
  return isZero(over) && !zeroCounts.has(key) ? base : over;
}

function deepRecord(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = deep(base[key], value, key);
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isZero(value: unknown): boolean {
  return value === 0 || value === "" || value === false;
}
