import { readFileSync } from "node:fs";
import { loadStack, type LoadedStack, type ServiceSpec as LoadedSpec } from "../compose/index.ts";
import type { ServiceSpec } from "../engine/types.ts";
import type { StackInput } from "../types.ts";
import type { Rendered } from "./rendered.ts";

/** Compose files as what would be sent; throws the Problem of a file that cannot be deployed. */
export function render(input: StackInput): Rendered {
  const { stack, files, dir, env } = input;
  return renderedOf(loadStack({ stack, files, dir, env, readFile }), input.appLabels);
}

/** A loaded stack as planning reads it; `appLabels` go onto the service `app`, or the only one. */
export function renderedOf(loaded: LoadedStack, appLabels: Record<string, string>): Rendered {
  const warnings = [...loaded.warnings];
  for (const one of loaded.services) {
    if (one.usesDockerSocket)
      warnings.push(`${one.service} has the Docker socket: whoever breaks into it rules the server.`);
    const binds = one.binds.map((bind) => bind.source).filter((source) => !source.endsWith("docker.sock"));
    if (binds.length > 0) warnings.push(`${one.service} sees folders of the server: ${binds.join(", ")}.`);
  }
  const app = loaded.services.find((one) => one.service === "app") ?? loaded.services[0];
  return {
    stack: loaded.stack,
    services: loaded.services.map((one) => ({
      service: one.service,
      spec: labelled(one.spec, one === app ? appLabels : {}),
      dependsOn: one.dependsOn,
    })),
    networks: loaded.networks,
    secrets: loaded.secrets,
    configs: loaded.configs,
    warnings,
  };
}

function labelled(spec: LoadedSpec, labels: Record<string, string>): ServiceSpec {
  return structuredClone({ ...spec, Labels: { ...spec.Labels, ...labels } });
}

function readFile(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw thrown;
  }
}
