/** Whether what we would send is what the CLI sent: canonical forms, and the difference in words. */
import { canonicalJson } from "../../../../src/core/canonical.ts";
import type { LoadedStack } from "../../../../src/swarm/compose/index.ts";
import type { Payload, Recorded } from "./fake-engine.ts";

/** Members where nothing, zero and an empty object are three different things to the engine. */
const meansSomething = new Set([
  "Replicas",
  "MaxConcurrent",
  "TotalCompletions",
  "Init",
  "MaxAttempts",
  "StopGracePeriod",
  "Replicated",
  "ReplicatedJob",
  "Global",
  "GlobalJob",
  "UpdateConfig",
  "RollbackConfig",
  "RestartPolicy",
  "LogDriver",
  "Healthcheck",
  "Limits",
  "Reservations",
]);

/** Ids are given by whoever answers; a redeploy finds them by name. */
const idMembers = new Set(["SecretID", "ConfigID"]);

/** The form in which payloads are compared and kept: empty members left out, ports in one order, no ids. */
export function canonical(value: unknown, key = "", parent = ""): unknown {
  if (value === null || value === undefined || idMembers.has(key)) return undefined;
  if (key === "Config" && parent === "CredentialSpec" && value !== "") return "(id)";
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item) ?? null);
    if (isSet(key)) items.sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
    return items.length === 0 ? undefined : items;
  }
  if (typeof value === "object") {
    const members = Object.entries(value)
      .map(([name, inner]) => [name, canonical(inner, name, key)] as const)
      .filter(([, inner]) => inner !== undefined);
    if (members.length === 0 && !meansSomething.has(key)) return undefined;
    return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  const isZero = value === "" || value === 0 || value === false;
  return isZero && !meansSomething.has(key) && !isText(parent) ? undefined : value;
}

/** The CLI sends these in no order of its own: uses of one config twice come out of a Go map. */
function isSet(key: string): boolean {
  return key === "Ports" || key === "Configs" || key === "Secrets";
}

/** In labels and options an empty text is a value. */
function isText(parent: string): boolean {
  return parent === "Labels" || parent === "Options" || parent === "Sysctls" || parent === "DriverOpts";
}

/** What the CLI sent, by kind and name. */
export function canonicalSent(sent: Recorded): unknown {
  return byKind(sent);
}

/** What we would send, by kind and name. */
export function canonicalLoaded(loaded: LoadedStack): unknown {
  const asPayloads = (list: readonly object[]): Payload[] => list.map((one) => ({ Name: "", ...one }));
  return byKind({
    networks: asPayloads(loaded.networks),
    secrets: asPayloads(loaded.secrets),
    configs: asPayloads(loaded.configs),
    services: asPayloads(loaded.services.map((service) => service.spec)),
  });
}

function byKind(payloads: Recorded): unknown {
  const kinds = Object.entries(payloads).map(([kind, list]) => [
    kind,
    Object.fromEntries(
      list.map((one) => [one.Name, canonical(one)] as const).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    ),
  ]);
  return Object.fromEntries(kinds);
}
