import {
  composeConflict,
  composeFileMissing,
  composeValue,
  composeVersion,
} from "../../core/problems/compose.ts";
import type { ComposeConfig, Owned, ServiceConfig } from "./config.ts";
import { readEnvFile } from "./env-file.ts";
import { placeIn, sayPlace, type ComposeDocument } from "./node.ts";
import { bindSource, fromFolder } from "./paths.ts";
import type { Reading } from "./read.ts";
import { goPrint } from "./scalar.ts";
import { composeFile, type FileEntry, type NetworkEntry, type VolumeEntry } from "./schema/file.ts";
import type { ServiceEntry } from "./schema/service.ts";
import type { ReadFile } from "./types.ts";

/** What a file is read against. */
export interface Surroundings {
  dir: string;
  env: Readonly<Record<string, string>>;
  readFile: ReadFile;
}

const newest = 13;

/** The version that counts for a file: missing, "" and "3" are the newest. Only text between 3.0 and 3.13 will do. */
export function versionOf(document: ComposeDocument): string {
  const node = document.root.entries.get("version")?.value;
  if (node === undefined) return `3.${newest}`;
  const value = node.kind === "scalar" ? node.value : null;
  if (value === "" || value === "3") return `3.${newest}`;
  const minor = typeof value === "string" ? /^3\.(\d|1\d)$/.exec(value)?.[1] : undefined;
  if (typeof value === "string" && minor !== undefined && Number(minor) <= newest) return value;
  const version =
    typeof value === "string" ? JSON.stringify(value) : value === null ? "empty" : goPrint(value);
  const expected = `it has to be a text between "3.0" and "3.${newest}"`;
  throw composeVersion({ where: sayPlace(node.place), version, expected });
}

/**
 * Checks one interpolated file against the schema of its version and gives it types; reads env_files, makes paths
 * absolute. Throws a Problem that names key path, line and column.
 */
export function readCompose(document: ComposeDocument, around: Surroundings): ComposeConfig {
  const reading: Reading = { version: Number(versionOf(document).slice(2)), warnings: [] };
  const contents = composeFile(document.root, "", reading);
  const where = (...path: string[]): string => sayPlace(placeIn(document.root, path).place);
  const services = [...(contents.services ?? [])].map(
    ([name, entry]) => [name, resolve(entry, around, (key) => where("services", name, key), name)] as const,
  );
  return {
    services: new Map(services),
    networks: owned("network", contents.networks, (name) => where("networks", name)),
    volumes: owned("volume", contents.volumes, (name) => where("volumes", name)),
    secrets: files("secret", contents.secrets, (name) => where("secrets", name)),
    configs: files("config", contents.configs, (name) => where("configs", name)),
    dir: around.dir,
    documents: [document],
    warnings: [...document.warnings, ...reading.warnings],
  };
}

function resolve(
  entry: ServiceEntry,
  around: Surroundings,
  where: (key: string) => string,
  name: string,
): ServiceConfig {
  const { environment: written, env_file: envFiles = [], ...rest } = entry;
  const lookup = (key: string): string | undefined =>
    Object.hasOwn(around.env, key) ? around.env[key] : undefined;
  const environment = new Map<string, string | null>();
  const fromFiles = envFiles.flatMap((file) => {
    const bytes = file === "" ? undefined : around.readFile(fromFolder(around.dir, file));
    const path = `services.${name}.env_file`;
    if (bytes === undefined) throw composeFileMissing({ where: where("env_file"), path, file });
    return [...readEnvFile(Buffer.from(bytes).toString("utf8"), file, around.env)];
  });
  // A name without value, or with an empty one, takes the environment's where there is one.
  for (const [key, value] of [...new Map(fromFiles), ...(written ?? [])]) {
    environment.set(key, value === null || value === "" ? (lookup(key) ?? value) : value);
  }
  const volumes = rest.volumes?.map((volume) => {
    if (volume.type !== "bind") return volume;
    if (volume.source !== undefined && volume.source !== "") {
      return { ...volume, ...bindSource(around.dir, volume.source, lookup("HOME")) };
    }
    const expected = "a bind mount with a source";
    throw composeValue({
      where: where("volumes"),
      path: `services.${name}.volumes`,
      value: "without source",
      expected,
    });
  });
  return volumes === undefined ? { ...rest, environment } : { ...rest, environment, volumes };
}

type Entry = NetworkEntry | VolumeEntry | FileEntry;

/** Settles `external` and the name that comes with it. */
function owned<T extends Entry>(
  kind: string,
  entries: Map<string, T> | undefined,
  where: (name: string) => string,
): Map<string, Owned<T>> {
  const settled = new Map<string, Owned<T>>();
  for (const [key, { external, ...rest }] of entries ?? []) {
    if (external?.external === true) {
      const what = conflict(kind, rest, external.name);
      if (what !== undefined) throw composeConflict({ where: where(key), path: `${kind}s.${key}`, what });
      settled.set(key, { ...rest, external: true, name: firstFilled(external.name, rest.name) ?? key });
    } else {
      settled.set(key, { ...rest, external: false });
    }
  }
  return settled;
}

function conflict(
  kind: string,
  entry: Omit<Entry, "external">,
  oldName: string | undefined,
): string | undefined {
  if (kind === "volume") {
    const volume = entry as VolumeEntry;
    const given =
      (volume.driver ?? "") !== ""
        ? "driver"
        : (volume.driver_opts?.size ?? 0) > 0
          ? "driver_opts"
          : (volume.labels?.size ?? 0) > 0
            ? "labels"
            : undefined;
    if (given !== undefined) return `a volume that is external takes no ${given}`;
  }
  if (firstFilled(oldName) === undefined || firstFilled(entry.name) === undefined) return undefined;
  return "name stands both under external and beside it";
}

function firstFilled(...names: (string | undefined)[]): string | undefined {
  return names.find((name) => name !== undefined && name !== "");
}

function files(
  kind: string,
  entries: Map<string, FileEntry> | undefined,
  where: (name: string) => string,
): Map<string, Owned<FileEntry>> {
  const settled = owned(kind, entries, where);
  for (const [key, entry] of settled) {
    if (entry.external || firstFilled(entry.driver) === undefined || firstFilled(entry.file) === undefined)
      continue;
    throw composeConflict({
      where: where(key),
      path: `${kind}s.${key}`,
      what: "driver and file cannot both be set",
    });
  }
  return settled;
}
