/** Merged compose files as one file again: what `docker stack config` says of them. */
import type { Json } from "../../../core/canonical.ts";
import type { ComposeConfig } from "../config.ts";
import { fromFolder } from "../paths.ts";
import { versionOf } from "../read-compose.ts";
import { extensionsIn, nodeAt, textsIn } from "./extensions.ts";
import { goDuration, goFloat32 } from "./go.ts";
import { printService } from "./service.ts";

type Section = Record<string, Json>;

/** Durations, in nanoseconds in a config; wherever they stand, nothing and zero are two things. */
const durations = new Set([
  ...["stop_grace_period", "interval", "timeout", "start_period", "start_interval"],
  ...["delay", "monitor", "window"],
]);

/** Counts that are told even when they are zero. */
const toldZeros = new Set(["replicas", "parallelism", "retries", "max_attempts", "mode", "init"]);

/** Mappings of names to texts, of which an empty one is a value. */
const textMaps = new Set(["labels", "driver_opts", "options", "args", "environment", "sysctls"]);

/** Mappings that are told even when nothing stands in them. */
const toldEmpties = new Set([
  ...[
    "healthcheck",
    "logging",
    "update_config",
    "rollback_config",
    "restart_policy",
    "limits",
    "reservations",
  ],
  ...["bind", "volume", "tmpfs", "discrete_resource_spec"],
]);

/** One compose file with everything filled in, as plain values; `yamlText` makes text of it. */
export function printCompose(config: ComposeConfig): Section {
  const [first] = config.documents;
  const services = [...config.services].map(([name, service]) => {
    const written = config.documents.map((one) => nodeAt(one, "services", name));
    const envFiles = written.flatMap((node) => textsIn(node, "env_file"));
    const extensions: Section = Object.assign({}, ...written.map(extensionsIn)) as Section;
    const told = printService(service);
    return [name, { ...told, ...(envFiles.length > 0 && { env_file: envFiles }), ...extensions }] as const;
  });
  const sections = {
    services: Object.fromEntries(services),
    networks: owned(config, "networks"),
    volumes: owned(config, "volumes"),
    secrets: owned(config, "secrets"),
    configs: owned(config, "configs"),
  };
  const filled = Object.entries(sections).filter(([, section]) => Object.keys(section).length > 0);
  return {
    version: first === undefined ? "" : versionOf(first),
    ...Object.fromEntries(filled),
    ...extensionsIn(first?.root),
  };
}

type Kind = "networks" | "volumes" | "secrets" | "configs";

/** The last file that names one says what it is. */
function owned(config: ComposeConfig, kind: Kind): Section {
  const entries = [...config[kind]].map(([name, entry]) => {
    const told = isFile(kind) ? withContent(config.dir, entry) : entry;
    const written = config.documents
      .map((one) => nodeAt(one, kind, name))
      .findLast((node) => node !== undefined);
    const kept = Object.entries(extensionsIn(written)).filter(([key]) => isFile(kind) || isTold(kind, key));
    return [name, { ...(toldOf(told) as Section | undefined), ...Object.fromEntries(kept) }] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isFile(kind: Kind): boolean {
  return kind === "secrets" || kind === "configs";
}

/** With the path of the content that comes with the files, from the folder of the first one. */
function withContent(dir: string, entry: { external: boolean; driver?: string; file?: string }): object {
  if (entry.external || (entry.driver ?? "") !== "") return entry;
  return { ...entry, file: fromFolder(dir, entry.file ?? "") };
}

/** Of networks and volumes the CLI tells no extensions but the one that means something. */
function isTold(kind: Kind, key: string): boolean {
  return kind === "volumes" && key === "x-cluster-spec";
}

/** A typed value in the words of compose, without what is empty; undefined when nothing is left. */
export function toldOf(value: unknown, key = ""): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Map) {
    if (textMaps.has(key)) return value.size === 0 ? undefined : (Object.fromEntries(value) as Section);
    return toldOf(Object.fromEntries(value as Map<string, unknown>), key);
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return undefined;
    return value.map((item: unknown) =>
      typeof item === "object" ? (toldOf(item, key) ?? {}) : (item as Json),
    );
  }
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([name, inner]) => [name, toldOf(inner, name)] as const);
    const kept = entries.filter(([, inner]) => inner !== undefined);
    return kept.length === 0 && !toldEmpties.has(key) ? undefined : (Object.fromEntries(kept) as Section);
  }
  if (typeof value === "number" && durations.has(key)) return goDuration(value);
  if (key === "max_failure_ratio") return value === 0 ? undefined : goFloat32(Number(value));
  if (key === "memory") return value === 0 ? undefined : String(Number(value));
  const isZero = value === 0 || value === false || value === "";
  return isZero && !toldZeros.has(key) ? undefined : (value as Json);
}
