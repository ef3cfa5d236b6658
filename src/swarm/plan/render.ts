import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { fileOutsideRecipe } from "../../core/problems/swarm.ts";
import {
  loadStack,
  refuseOwnMounts,
  type LoadedStack,
  type ServiceSpec as LoadedSpec,
} from "../compose/index.ts";
import type { ServiceSpec } from "../engine/types.ts";
import type { StackInput } from "../types.ts";
import type { Rendered } from "./rendered.ts";

/** Compose files as what would be sent; throws the Problem of a file that cannot be deployed. */
export function render(input: StackInput): Rendered {
  const { stack, files, dir, env } = input;
  const loaded = loadStack({ stack, files, dir, env, readFile: readInside(dir) });
  refuseOwnMounts(loaded);
  const rendered = renderedOf(loaded, input.appLabels, input.appEnv);
  for (const { service, spec } of rendered.services) {
    const image = input.images?.[service];
    if (image !== undefined) spec.TaskTemplate.ContainerSpec.Image = image;
  }
  return rendered;
}

/**
 * A loaded stack as planning reads it; `appLabels` go onto the service `app`, or the only one, `appEnv` into
 * `app` alone, as abra does it.
 */
export function renderedOf(
  loaded: LoadedStack,
  appLabels: Record<string, string>,
  appEnv: Record<string, string> = {},
): Rendered {
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
      spec: withMore(one.spec, one === app ? appLabels : {}, one.service === "app" ? appEnv : {}),
      dependsOn: one.dependsOn,
    })),
    networks: loaded.networks,
    secrets: loaded.secrets,
    configs: loaded.configs,
    warnings,
  };
}

function withMore(
  spec: LoadedSpec,
  labels: Record<string, string>,
  env: Record<string, string>,
): ServiceSpec {
  const full: ServiceSpec = structuredClone({ ...spec, Labels: { ...spec.Labels, ...labels } });
  const container = full.TaskTemplate.ContainerSpec;
  const own = container.Env ?? [];
  const named = new Set(own.map((line) => line.split("=")[0]));
  const more = Object.entries(env).flatMap(([key, value]) => (named.has(key) ? [] : [`${key}=${value}`]));
  // Bytewise, as the CLI sorts what it was given.
  if (more.length > 0)
    container.Env = [...own, ...more].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return full;
}

/** Reads files of the recipe and no others: `file:` and `env_file` say any path, and links lead anywhere. */
export function readInside(dir: string): (file: string) => Uint8Array | undefined {
  return (file) => {
    const real = realPath(path.resolve(dir, file));
    if (real === undefined) return undefined;
    const folder = realPath(dir) ?? dir;
    if (!real.startsWith(folder + path.sep)) throw fileOutsideRecipe({ file });
    return statSync(real).isFile() ? readFileSync(real) : undefined;
  };
}

/** What a recipe may name although it cannot be there: below a file, too long, with a NUL, a link to itself. */
const notThere = ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE", "ELOOP"];

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch (thrown) {
    if (notThere.includes((thrown as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw thrown;
  }
}
