import type { ServiceConfig } from "../config.ts";
import type { FileUse } from "../schema/file-uses.ts";
import type { ConfigReference, ContainerSpec, FileTarget, SecretReference } from "../types.ts";
import { conflictAt, filled, undefinedAt, type Conversion } from "./context.ts";
import { fullName } from "./names.ts";

const readableByAll = 0o444;

/** The secrets of a service, sorted by name so that their order in the file restarts nothing. */
export function secretReferences(
  conversion: Conversion,
  name: string,
  service: ServiceConfig,
): SecretReference[] {
  return fileTargets(conversion, name, "secret", service.secrets ?? []).map(({ full, File }) => ({
    File,
    SecretName: full,
    ...idMember("SecretID", conversion.secretId(full)),
  }));
}

/** The configs of a service; the one of a credential spec is no file but meant for the engine. */
export function configReferences(
  conversion: Conversion,
  name: string,
  service: ServiceConfig,
): ConfigReference[] {
  const mounted: ConfigReference[] = fileTargets(conversion, name, "config", service.configs ?? []).map(
    ({ full, File }) => ({ File, ConfigName: full, ...idMember("ConfigID", conversion.configId(full)) }),
  );
  const key = service.credential_spec?.config ?? "";
  if (key === "") return mounted;
  const full = definedName(conversion, ["services", name, "credential_spec"], "config", key);
  const runtime = { Runtime: {}, ConfigName: full, ...idMember("ConfigID", conversion.configId(full)) };
  return [...mounted, runtime].sort((a, b) => compare(a.ConfigName, b.ConfigName));
}

/** Windows credentials: exactly one of file, registry and config. */
export function credentialSpec(
  conversion: Conversion,
  name: string,
  service: ServiceConfig,
): ContainerSpec["Privileges"] {
  const { config = "", file = "", registry = "" } = service.credential_spec ?? {};
  const given = Object.entries({ config, file, registry }).filter(([, value]) => value !== "");
  if (given.length === 0) return {};
  const path = ["services", name, "credential_spec"];
  if (given.length > 1) {
    throw conflictAt(conversion, path, `${given.map(([key]) => key).join(" and ")} cannot all be set`);
  }
  if (config === "") return { CredentialSpec: filled({ File: file, Registry: registry }) };
  const full = definedName(conversion, path, "config", config);
  return { CredentialSpec: { Config: conversion.configId(full) ?? full } };
}

interface Target {
  full: string;
  File: FileTarget;
}

function fileTargets(
  conversion: Conversion,
  name: string,
  kind: "secret" | "config",
  uses: readonly FileUse[],
): Target[] {
  const path = ["services", name, `${kind}s`];
  const taken = new Set<string>();
  const targets = uses.map((use) => {
    const source = use.source ?? "";
    const full = definedName(conversion, path, kind, source);
    const Name = use.target === undefined || use.target === "" ? source : use.target;
    if (taken.has(Name)) throw conflictAt(conversion, path, `two ${kind}s have the same target ${Name}`);
    taken.add(Name);
    const File = { Name, UID: owner(use.uid), GID: owner(use.gid), Mode: use.mode ?? readableByAll };
    return { full, File };
  });
  return targets.sort((a, b) => compare(a.full, b.full));
}

function definedName(conversion: Conversion, path: string[], kind: "secret" | "config", key: string): string {
  const defined = conversion.config[`${kind}s`].get(key);
  if (defined === undefined) throw undefinedAt(conversion, path, kind, key);
  return fullName(conversion.stack, key, defined.name);
}

function owner(id: string | undefined): string {
  return id === undefined || id === "" ? "0" : id;
}

function idMember<K extends string>(key: K, id: string | undefined): { [P in K]?: string } {
  return (id === undefined ? {} : { [key]: id }) as { [P in K]?: string };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
