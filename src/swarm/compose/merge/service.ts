import type { ServiceConfig } from "../config.ts";
import type { NetworkUse } from "../schema/service.ts";
import { deep } from "./deep.ts";

type Merge<T> = (base: T, over: T) => T;
type Rules = { [K in keyof ServiceConfig]?: Merge<NonNullable<ServiceConfig[K]>> };

/** Keys that do not follow the general rule (docker CLI, cli/compose/loader/merge.go). */
const rules: Rules = {
  command: lastFilled,
  entrypoint: lastFilled,
  environment: mergeEnvironment,
  ports: keyed((port) => port.published ?? 0),
  volumes: keyed((volume) => volume.target ?? ""),
  secrets: keyed((use) => use.source ?? ""),
  configs: keyed((use) => use.source ?? ""),
  networks: mergeNetworks,
  logging: mergeLogging,
  ulimits: (base, over) => new Map([...base, ...over]),
};

/** A service as a later file changes it. */
export function mergeService(base: ServiceConfig, over: ServiceConfig): ServiceConfig {
  const { ...merged } = deep(base, over);
  const mutable: Partial<Record<keyof Rules, unknown>> = merged;
  for (const [key, rule] of Object.entries(rules) as [keyof Rules, Merge<unknown>][]) {
    const before = base[key];
    if (before !== undefined) mutable[key] = rule(before, over[key] ?? emptyLike(before));
  }
  return merged;
}

/** Lists are put in order and freed of doubles even when the later file does not name them. */
function emptyLike<T>(value: T): T {
  return (Array.isArray(value) ? [] : value instanceof Map ? new Map() : {}) as T;
}

function lastFilled(base: string[], over: string[]): string[] {
  return over.length > 0 ? over : base;
}

/** A value is not overridden by an empty one or by a name alone. */
function mergeEnvironment(
  base: Map<string, string | null>,
  over: Map<string, string | null>,
): Map<string, string | null> {
  const merged = new Map(base);
  for (const [name, value] of over) {
    if ((value ?? "") !== "" || (base.get(name) ?? "") === "") merged.set(name, value);
  }
  return merged;
}

/**
 * By key, the later entry in place of the earlier one, sorted by key; so ports without a published one become
 * one.
 */
function keyed<T>(keyOf: (item: T) => string | number): Merge<T[]> {
  return (base, over) => {
    const byKey = new Map([...base, ...over].map((item) => [keyOf(item), item]));
    return [...byKey].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item);
  };
}

type Networks = Map<string, NetworkUse | null>;

/** Aliases are replaced, driver options stay those of the first file that names the network. */
function mergeNetworks(base: Networks, over: Networks): Networks {
  const merged = new Map(base);
  for (const [name, use] of over) {
    const before = base.get(name) ?? null;
    if (before === null) merged.set(name, use);
    else if (use !== null) merged.set(name, { ...before, aliases: use.aliases ?? [] });
  }
  return merged;
}

type Logging = NonNullable<ServiceConfig["logging"]>;

/** Options are merged for the same driver only, and only where the earlier file has some. */
function mergeLogging(base: Logging, over: Logging): Logging {
  const [before = "", after = ""] = [base.driver, over.driver];
  if (before !== after && before !== "" && after !== "") return over;
  const driver = before === "" ? after : before;
  return base.options === undefined
    ? { driver }
    : { driver, options: new Map([...base.options, ...(over.options ?? [])]) };
}
