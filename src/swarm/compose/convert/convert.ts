import type { ComposeConfig } from "../config.ts";
import type { IdOf, LoadedStack, ReadFile, ServiceSpec } from "../types.ts";
import type { Conversion } from "./context.ts";
import { convertFiles } from "./files.ts";
import { fullName } from "./names.ts";
import { convertNetworks } from "./networks.ts";
import { convertService } from "./service.ts";

export interface ConvertOptions {
  /** For the content of configs and secrets. */
  readFile: ReadFile;
  /** Ids of what exists already; left out, references carry names only. */
  secretId?: IdOf;
  configId?: IdOf;
}

export type Converted = Omit<LoadedStack, "stack" | "services"> & { services: ServiceSpec[] };

const unknownId: IdOf = () => undefined;

/**
 * Merged compose files as payloads of the Docker API, equal to those of `docker stack deploy --resolve-image never`.
 * Throws a Problem for what fits no service: an undefined network, a mount of no type, a missing file.
 */
export function convert(stack: string, merged: ComposeConfig, options: ConvertOptions): Converted {
  const { readFile, secretId = unknownId, configId = unknownId } = options;
  const conversion: Conversion = { stack, config: merged, readFile, secretId, configId };
  const services = [...merged.services].map(([name, service]) => convertService(conversion, name, service));
  const networks = convertNetworks(conversion);
  return {
    services,
    networks: networks.own,
    secrets: convertFiles(conversion, "secrets"),
    configs: convertFiles(conversion, "configs"),
    external: {
      networks: networks.external,
      secrets: externalFiles(merged, "secrets"),
      configs: externalFiles(merged, "configs"),
    },
    volumes: volumesOf(stack, merged),
    warnings: [...new Set(merged.warnings)],
  };
}

/** Names of the external secrets or configs that a service uses. */
function externalFiles(merged: ComposeConfig, kind: "secrets" | "configs"): string[] {
  const used = [...merged.services.values()].flatMap((service) => [
    ...(service[kind] ?? []).map((use) => use.source),
    ...(kind === "configs" ? [service.credential_spec?.config] : []),
  ]);
  const names = used.flatMap((key) => {
    const entry = key === undefined ? undefined : merged[kind].get(key);
    return entry?.external === true ? [entry.name ?? key ?? ""] : [];
  });
  return [...new Set(names)].sort();
}

function volumesOf(stack: string, merged: ComposeConfig): { name: string; external: boolean }[] {
  const mounted = new Set(
    [...merged.services.values()].flatMap((service) =>
      (service.volumes ?? []).map((volume) => volume.source),
    ),
  );
  return [...merged.volumes]
    .filter(([key]) => mounted.has(key))
    .map(([key, entry]) => ({ name: fullName(stack, key, entry.name), external: entry.external }));
}
