import { composeNoFiles } from "../../core/problems/compose.ts";
import type { ComposeConfig, ServiceConfig } from "./config.ts";
import { convert } from "./convert/convert.ts";
import { interpolate } from "./interpolate.ts";
import { mergeCompose } from "./merge/compose.ts";
import { parseCompose } from "./parse.ts";
import { readCompose } from "./read-compose.ts";
import type { LoadedService, LoadedStack, ServiceSpec, StackFiles } from "./types.ts";

/**
 * Compose files as what `docker stack deploy` would send for them. Reads nothing but what it is handed; throws a
 * Problem that names file and place when the files cannot be deployed.
 */
export function loadStack(input: StackFiles): LoadedStack {
  const { stack, readFile } = input;
  const merged = mergeFiles(input);
  const converted = convert(stack, merged, { readFile });
  const specs = new Map(converted.services.map((spec) => [spec.Name, spec]));
  const services = [...merged.services].flatMap(([name, service]) => {
    const spec = specs.get(`${stack}_${name}`);
    return spec === undefined ? [] : [describe(name, service, spec, merged)];
  });
  return { stack, ...converted, services };
}

/** Compose files as one, still in the words of compose: as far as `docker stack config` goes. Throws a Problem. */
export function mergeFiles({ files, dir, env, readFile }: Omit<StackFiles, "stack">): ComposeConfig {
  if (files.length === 0) throw composeNoFiles({});
  const configs = files.map((file) => {
    const document = interpolate(parseCompose(file.text, file.path), env);
    return readCompose(document, { dir, env, readFile });
  });
  return mergeCompose(configs);
}

function describe(
  name: string,
  service: ServiceConfig,
  spec: ServiceSpec,
  merged: ComposeConfig,
): LoadedService {
  const { update_config: update } = service.deploy ?? {};
  const container = spec.TaskTemplate.ContainerSpec;
  const binds = (service.volumes ?? [])
    .filter(({ type }) => type === "bind")
    .map(({ source = "", target = "", read_only: readOnly = false, relative }) => ({
      ...{ source, target, readOnly },
      ...(relative !== undefined && { relative }),
    }));
  return {
    service: name,
    spec,
    image: service.image ?? "",
    dependsOn: (service.depends_on ?? []).filter((other) => merged.services.has(other)),
    hasHealthcheck: hasProbe(service),
    update: {
      ...(update?.failure_action === undefined ? {} : { failureAction: update.failure_action }),
      ...(update?.monitor === undefined ? {} : { monitorNanoseconds: update.monitor }),
      ...(update?.delay === undefined ? {} : { delayNanoseconds: update.delay }),
    },
    ports: spec.EndpointSpec.Ports ?? [],
    secrets: (container.Secrets ?? []).map((reference) => reference.SecretName),
    configs: (container.Configs ?? []).map((reference) => reference.ConfigName),
    deployLabels: Object.fromEntries(service.deploy?.labels ?? []),
    binds,
    usesDockerSocket: binds.some(({ source }) => holdsSocket(source)),
    isPrivileged: service.privileged === true,
  };
}

function hasProbe(service: ServiceConfig): boolean {
  const test = service.healthcheck?.test ?? [];
  return test.length > 0 && test[0] !== "NONE" && service.healthcheck?.disable !== true;
}

/** The socket itself, or a folder above it. */
function holdsSocket(source: string): boolean {
  const folder = source.replace(/\/+$/, "");
  return ["/run/docker.sock", "/var/run/docker.sock"].some(
    (socket) => socket === folder || socket.startsWith(`${folder}/`),
  );
}
