import type { ContainerSpec, ServiceSpec } from "../engine/types.ts";
import type { EngineNetwork } from "./live.ts";
import { modeWords, ownLabelPrefix, portWords } from "./normal.ts";
import { hasHealthcheck } from "./timeout.ts";

/** One setting of a service as people read it. `hidden`: only that it changed may be said. */
export interface Word {
  text: string;
  hidden?: boolean;
}

/** Names whose values are likely to be secret, though a recipe should keep such values in Swarm secrets. */
const looksSecret = [
  /pass(word|wd|phrase)?($|[^a-z])|pwd|secret|token|credential|private|salt|dsn|cookie|seed/i,
  /key$|(^|[^a-z])keys?([^a-z]|$)|auth($|[^a-z])/i,
];
/** Settings of programs, as in `--password=x` or `-ppassword`. */
const secretArgument = /(--?[\w-]*(?:pass|secret|token|key)[\w-]*(?:=|\s+))\S+/gi;
/** `scheme://user:password@host` hides a password in an innocent name. */
const userInfo = /\/\/[^/@\s]+@/;

/** A service spec as settings by key, so that two can be compared setting by setting. */
export function wordsOfSpec(spec: ServiceSpec, networks: EngineNetwork[]): Map<string, Word> {
  const task = spec.TaskTemplate;
  const container = task.ContainerSpec;
  const words = new Map<string, Word>();
  const say = (key: string, value: string | undefined): void => {
    if (value !== undefined && value !== "") words.set(key, { text: `${key} ${value}` });
  };
  say("image", container.Image);
  say("replicas", modeWords(spec.Mode));
  say("command", masked([...(container.Command ?? []), ...(container.Args ?? [])].join(" ")));
  say("user", container.User);
  say("healthcheck", healthWords(container));
  say("restart", restartWords(task.RestartPolicy));
  say("update", updateWords(spec.UpdateConfig));
  say("memory at most", amount(task.Resources?.Limits?.MemoryBytes));
  say("memory reserved", amount(task.Resources?.Reservations?.MemoryBytes));
  for (const constraint of task.Placement?.Constraints ?? []) say(`placed where ${constraint}`, " ");
  for (const port of spec.EndpointSpec?.Ports ?? []) say(`port ${portWords(port)}`, " ");
  for (const { Target: target } of task.Networks ?? []) {
    say(`network ${networks.find((known) => known.Id === target)?.Name ?? target}`, " ");
  }
  sayContainer(words, container);
  for (const [key, value] of Object.entries(spec.Labels ?? {})) sayValue(words, "label", key, value);
  return words;
}

function sayContainer(words: Map<string, Word>, container: ContainerSpec): void {
  for (const entry of container.Env ?? []) {
    const cut = entry.indexOf("=");
    if (cut < 0) words.set(`env ${entry}`, { text: `env ${entry}` });
    else sayValue(words, "env", entry.slice(0, cut), entry.slice(cut + 1));
  }
  for (const [key, value] of Object.entries(container.Labels ?? {})) {
    sayValue(words, "container label", key, value);
  }
  for (const capability of container.CapabilityAdd ?? []) {
    words.set(`capability ${capability}`, { text: `capability ${capability}` });
  }
  for (const mount of container.Mounts ?? []) {
    const from = `${mount.Type ?? "volume"} ${mount.Source ?? ""}`.trim();
    words.set(`mount ${mount.Target}`, {
      text: `mount ${from} at ${mount.Target}${mount.ReadOnly === true ? ", read only" : ""}`,
    });
  }
  for (const { SecretName: name, File } of container.Secrets ?? []) {
    words.set(`secret ${name}`, { text: `secret ${name} as ${File?.Name ?? name}` });
  }
  for (const { ConfigName: name, File } of container.Configs ?? []) {
    words.set(`config ${name}`, { text: `config ${name} as ${File?.Name ?? name}` });
  }
}

function sayValue(words: Map<string, Word>, kind: string, key: string, value: string): void {
  if (key.startsWith("com.docker.stack.") || key.startsWith(ownLabelPrefix)) return;
  const hidden = looksSecret.some((pattern) => pattern.test(key)) || userInfo.test(value);
  words.set(`${kind} ${key}`, { text: `${kind} ${key}=${value}`, hidden });
}

function healthWords(container: ContainerSpec): string | undefined {
  const check = container.Healthcheck;
  if (check === undefined) return undefined;
  if (!hasHealthcheck(check)) return "none";
  const every =
    check.Interval === undefined || check.Interval === 0 ? "" : `, every ${seconds(check.Interval)}`;
  const start =
    check.StartPeriod === undefined || check.StartPeriod === 0
      ? ""
      : `, ${seconds(check.StartPeriod)} to start`;
  const retries = check.Retries === undefined || check.Retries === 0 ? "" : `, ${check.Retries} tries`;
  return `${masked((check.Test ?? []).slice(1).join(" "))}${every}${start}${retries}`;
}

function restartWords(policy: ServiceSpec["TaskTemplate"]["RestartPolicy"]): string | undefined {
  if (policy === undefined) return undefined;
  const most =
    policy.MaxAttempts === undefined || policy.MaxAttempts === 0
      ? ""
      : `, at most ${policy.MaxAttempts} times`;
  return `${policy.Condition ?? "any"}${most}`;
}

function updateWords(update: ServiceSpec["UpdateConfig"]): string | undefined {
  if (update === undefined) return undefined;
  const given = (word: string | undefined, usual: string): string =>
    word === undefined || word === "" ? usual : word;
  return `${given(update.Order, "stop-first")}, on failure ${given(update.FailureAction, "pause")}`;
}

function masked(command: string): string {
  return command.replace(secretArgument, "$1•••");
}

function seconds(nanoseconds: number): string {
  return `${nanoseconds / 1e9} s`;
}

/** Bytes as people say them: `64 MB`, in powers of 1024 as compose files mean them. */
export function amount(bytes: number | undefined): string | undefined {
  if (bytes === undefined || bytes === 0) return undefined;
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${units[power] ?? ""}`;
}
