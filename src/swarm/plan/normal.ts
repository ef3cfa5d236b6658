import { canonicalJson, type Json } from "../../core/canonical.ts";
import { withoutTicks } from "../cronjob.ts";
import type { Mode, Port, ServiceSpec } from "../engine/types.ts";
import type { EngineNetwork } from "./live.ts";

/** Service labels that say who asked; they change nothing that runs, so comparisons leave them out. */
export const ownLabelPrefix = "tandem.";

/**
 * A spec in the form in which two of them can be compared: the engine adds defaults to what it is sent
 * (Isolation, Runtime, FailureAction, …), turns network names into ids and leaves out what is empty. Found
 * by sending and reading back; `test/real/swarm.test.ts` holds it to that.
 */
export function normalSpec(spec: ServiceSpec, networks: EngineNetwork[]): Json {
  const task = spec.TaskTemplate;
  const container = task.ContainerSpec;
  return (withoutEmpty({
    ...spec,
    Labels: Object.fromEntries(
      Object.entries(spec.Labels ?? {})
        .filter(([key]) => !key.startsWith(ownLabelPrefix))
        // An empty label is a label; only its absence is nothing.
        .map(([key, value]) => [key, `=${value}`]),
    ),
    Mode: modeWords(spec.Mode),
    UpdateConfig: withoutDefaults(spec.UpdateConfig),
    RollbackConfig: withoutDefaults(spec.RollbackConfig),
    EndpointSpec: {
      Mode: spec.EndpointSpec?.Mode === "vip" ? "" : spec.EndpointSpec?.Mode,
      Ports: (spec.EndpointSpec?.Ports ?? []).map(portWords).sort(),
    },
    TaskTemplate: {
      ...task,
      Runtime: "",
      RestartPolicy: task.RestartPolicy && {
        ...task.RestartPolicy,
        Condition: task.RestartPolicy.Condition === "any" ? "" : task.RestartPolicy.Condition,
      },
      Networks: (task.Networks ?? []).map((network) => ({
        ...network,
        Target: networks.find((known) => known.Id === network.Target)?.Name ?? network.Target,
      })),
      ContainerSpec: {
        ...container,
        Secrets: inOneOrder(container.Secrets),
        Configs: inOneOrder(container.Configs),
        Isolation: "",
        // Three states: absent leaves it to the daemon, false is said aloud.
        Init: container.Init === undefined || container.Init === null ? "" : String(container.Init),
        Labels: Object.fromEntries(
          Object.entries(container.Labels ?? {}).map(([key, value]) => [key, `=${value}`]),
        ),
      },
    },
  }) ?? {}) as Json;
}

/** Whether the engine would find nothing to change, but for what ticks of a cron job write. */
export function sameSpec(a: ServiceSpec, b: ServiceSpec, networks: EngineNetwork[]): boolean {
  const normal = (spec: ServiceSpec): string => canonicalJson(normalSpec(withoutTicks(spec), networks));
  return normal(a) === normal(b);
}

/** The mode in words: an empty `Global` object and 0 replicas both mean something. */
export function modeWords(mode: Mode | undefined): string {
  if (mode?.Global !== undefined) return "one on every server";
  if (mode?.GlobalJob !== undefined) return "once on every server";
  if (mode?.ReplicatedJob !== undefined) return `${mode.ReplicatedJob.TotalCompletions ?? 1} runs to the end`;
  return String(mode?.Replicated?.Replicas ?? 1);
}

/** `8080 -> 443/tcp on every server` or `… on its server` for host mode. */
export function portWords(port: Port): string {
  const where = port.PublishMode === "host" ? " on its own server" : "";
  return `${port.PublishedPort ?? "any port"} to ${port.TargetPort ?? "?"}/${port.Protocol ?? "tcp"}${where}`;
}

/**
 * The docker CLI sends the uses of one config under several targets in an order of chance (it keeps them in a map);
 * that alone is no change.
 */
function inOneOrder(uses: readonly object[] | null | undefined): Json[] {
  return (uses ?? [])
    .map((use) => use as Json)
    .toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}

function withoutDefaults(config: ServiceSpec["UpdateConfig"]): unknown {
  if (config === undefined) return undefined;
  return {
    ...config,
    FailureAction: config.FailureAction === "pause" ? "" : config.FailureAction,
    Order: config.Order === "stop-first" ? "" : config.Order,
  };
}

function withoutEmpty(value: unknown): unknown {
  if (value === null || value === "" || value === 0 || value === false) return undefined;
  if (Array.isArray(value))
    return value.length === 0 ? undefined : value.map((inner) => withoutEmpty(inner) ?? null);
  if (typeof value !== "object") return value;
  const kept = Object.entries(value)
    .map(([key, inner]) => [key, withoutEmpty(inner)] as const)
    .filter(([, inner]) => inner !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
