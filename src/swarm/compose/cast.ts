/**
 * Where a text that interpolation changed becomes a number or a truth value. Only these places do (docker CLI,
 * cli/compose/loader/interpolate.go); anywhere else the text stays text.
 */
import type { GoScalar } from "./scalar.ts";

type Cast = { to: (text: string) => GoScalar | undefined; expected: string };

const toWhole: Cast = {
  to: (text) => (/^[-+]?\d{1,15}$/.test(text) ? Number(text) : undefined),
  expected: "a whole number",
};

const toFloat: Cast = {
  to: (text) => (/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text) ? { float: Number(text) } : undefined),
  expected: "a number",
};

const truths = new Map([
  ...["y", "yes", "true", "on"].map((word) => [word, true] as const),
  ...["n", "no", "false", "off"].map((word) => [word, false] as const),
]);

const toBool: Cast = {
  to: (text) => truths.get(text.toLowerCase()),
  expected: "true or false",
};

const inService: Record<string, Cast> = {
  "configs.[].mode": toWhole,
  "secrets.[].mode": toWhole,
  "healthcheck.retries": toWhole,
  "healthcheck.disable": toBool,
  "deploy.replicas": toWhole,
  "deploy.update_config.parallelism": toWhole,
  "deploy.update_config.max_failure_ratio": toFloat,
  "deploy.rollback_config.parallelism": toWhole,
  "deploy.rollback_config.max_failure_ratio": toFloat,
  "deploy.restart_policy.max_attempts": toWhole,
  "deploy.placement.max_replicas_per_node": toWhole,
  "ports.[].target": toWhole,
  "ports.[].published": toWhole,
  "ulimits.*": toWhole,
  "ulimits.*.hard": toWhole,
  "ulimits.*.soft": toWhole,
  privileged: toBool,
  oom_score_adj: toWhole,
  read_only: toBool,
  stdin_open: toBool,
  tty: toBool,
  "volumes.[].read_only": toBool,
  "volumes.[].volume.nocopy": toBool,
};

const atTop: Record<string, Cast> = {
  "networks.*.external": toBool,
  "networks.*.internal": toBool,
  "networks.*.attachable": toBool,
  "volumes.*.external": toBool,
  "secrets.*.external": toBool,
  "configs.*.external": toBool,
};

const casts = new Map([
  ...Object.entries(inService).map(([path, cast]) => [`services.*.${path}`, cast] as const),
  ...Object.entries(atTop),
]);

/** The cast of a path such as `["services", "app", "ports", "[0]", "target"]`. */
export function castFor(path: readonly string[]): Cast | undefined {
  if (path.length > 6) return undefined;
  const pattern = path.map((key, depth) => {
    if (depth === 1 || (depth === 3 && path[2] === "ulimits")) return "*";
    return /^\[\d+\]$/.test(key) ? "[]" : key;
  });
  return casts.get(pattern.join("."));
}
