/** The parts of a service that come from `deploy` and its neighbours `restart` and `healthcheck`. */
import { readCpus } from "../amounts.ts";
import type { ServiceConfig } from "../config.ts";
import type {
  Healthcheck,
  Limits,
  Placement,
  Reservations,
  ServiceMode,
  TaskTemplate,
  UpdateConfig,
} from "../types.ts";
import { conflictAt, filled, nonZero, valueAt, type Conversion } from "./context.ts";

type Deploy = NonNullable<ServiceConfig["deploy"]>;

export function convertMode(conversion: Conversion, name: string, deploy: Deploy): ServiceMode {
  const { mode = "", replicas } = deploy;
  const path = ["services", name, "deploy", "mode"];
  switch (mode) {
    case "":
    case "replicated":
      return { Replicated: replicas === undefined ? {} : { Replicas: replicas } };
    case "replicated-job":
      return {
        ReplicatedJob: replicas === undefined ? {} : { MaxConcurrent: replicas, TotalCompletions: replicas },
      };
    case "global":
    case "global-job":
      if (replicas !== undefined)
        throw conflictAt(conversion, path, `replicas cannot be set with mode ${mode}`);
      return mode === "global" ? { Global: {} } : { GlobalJob: {} };
    default:
      throw valueAt(conversion, path, mode, "replicated, global, replicated-job or global-job");
  }
}

export function convertUpdate(update: Deploy["update_config"]): UpdateConfig | undefined {
  if (update === undefined) return undefined;
  return {
    Parallelism: update.parallelism ?? 1,
    ...nonZero<Partial<UpdateConfig>>({
      Delay: update.delay,
      FailureAction: update.failure_action,
      Monitor: update.monitor,
      MaxFailureRatio: update.max_failure_ratio === undefined ? undefined : single(update.max_failure_ratio),
      Order: update.order,
    }),
  };
}

/** The shortest number that is the same in single precision: the CLI keeps the ratio as such. */
function single(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return Math.fround(value);
}

export function convertResources(
  conversion: Conversion,
  name: string,
  deploy: Deploy,
): TaskTemplate["Resources"] {
  const { limits, reservations } = deploy.resources ?? {};
  const cpus = (of: "limits" | "reservations", text: string | undefined): number | undefined => {
    if (text === undefined || text === "") return undefined;
    const path = ["services", name, "deploy", "resources", of, "cpus"];
    const expected = "a number of CPUs such as 0.5, with at most nine places";
    const value = readCpus(text);
    if (value === undefined) throw valueAt(conversion, path, JSON.stringify(text), expected);
    return value;
  };
  const generic = reservations?.generic_resources?.map(({ discrete_resource_spec: spec }) =>
    spec === undefined
      ? {}
      : { DiscreteResourceSpec: { Kind: spec.kind ?? "", Value: Math.trunc(spec.value ?? 0) } },
  );
  return filled<TaskTemplate["Resources"]>({
    Limits:
      limits &&
      nonZero<Limits>({
        NanoCPUs: cpus("limits", limits.cpus),
        MemoryBytes: limits.memory,
        Pids: limits.pids,
      }),
    Reservations:
      reservations &&
      nonZero<Reservations>({
        NanoCPUs: cpus("reservations", reservations.cpus),
        MemoryBytes: reservations.memory,
        GenericResources: generic,
      }),
  });
}

/** `deploy.restart_policy` where it is given, else the old `restart`. */
export function convertRestart(
  conversion: Conversion,
  name: string,
  service: ServiceConfig,
): TaskTemplate["RestartPolicy"] {
  const policy = service.deploy?.restart_policy;
  if (policy !== undefined) {
    const { condition: Condition, delay: Delay, max_attempts: MaxAttempts, window: Window } = policy;
    return filled<NonNullable<TaskTemplate["RestartPolicy"]>>({ Condition, Delay, MaxAttempts, Window });
  }
  const { restart = "" } = service;
  const [, word, attempts = ""] = /^([^:]*)(?::(-?\d*))?$/.exec(restart) ?? [];
  if (restart === "" || word === "no") return undefined;
  if (word === "always" || word === "unless-stopped") return { Condition: "any" };
  if (word === "on-failure" && Number(attempts) >= 0) {
    return { Condition: "on-failure", MaxAttempts: Number(attempts) };
  }
  throw valueAt(
    conversion,
    ["services", name, "restart"],
    restart,
    "no, always, on-failure or unless-stopped",
  );
}

export function convertHealthcheck(
  conversion: Conversion,
  name: string,
  service: ServiceConfig,
): Healthcheck | undefined {
  const check = service.healthcheck;
  if (check === undefined) return undefined;
  const { test = [] } = check;
  if (check.disable === true) {
    if (test.length === 0) return { Test: ["NONE"] };
    throw conflictAt(conversion, ["services", name, "healthcheck"], "test and disable cannot both be set");
  }
  return nonZero<Healthcheck>({
    Test: test,
    Timeout: check.timeout,
    Interval: check.interval,
    Retries: check.retries,
    StartPeriod: check.start_period,
    StartInterval: check.start_interval,
  });
}

export function convertPlacement(deploy: Deploy): Placement {
  const { constraints, preferences, max_replicas_per_node: most } = deploy.placement ?? {};
  return nonZero<Placement>({
    Constraints: constraints,
    Preferences: preferences?.map(({ spread = "" }) => ({ Spread: { SpreadDescriptor: spread } })),
    MaxReplicas: most,
  });
}
