import type { FileSpec, NetworkSpec } from "../compose/index.ts";
import type { ServiceSpec } from "../engine/types.ts";

/** A stack as its files say it, in the engine's words and without ids: what planning starts from. */
export interface Rendered {
  stack: string;
  services: RenderedService[];
  /** Networks that belong to the stack, as they are sent when they do not exist. */
  networks: NetworkSpec[];
  secrets: FileSpec[];
  configs: FileSpec[];
  /** Remarks of the loader: ignored keys and the like. */
  warnings: string[];
}

export interface RenderedService {
  /** The name in the compose file, such as `app`. */
  service: string;
  /** Without the ids of secrets and configs; networks by name. */
  spec: ServiceSpec;
  dependsOn: string[];
}

export const namespaceLabel = "com.docker.stack.namespace";
export const imageLabel = "com.docker.stack.image";

/** The service's name inside its stack: `app` for `cloud_example_coop_app`. */
export function shortName(stack: string, name: string): string {
  return name.startsWith(`${stack}_`) ? name.slice(stack.length + 1) : name;
}

/** Services so that whatever one depends on comes first; the file's order otherwise, also inside a circle. */
export function inOrder<T extends { service: string; dependsOn: string[] }>(services: T[]): T[] {
  const ordered: T[] = [];
  const visiting = new Set<string>();
  const visit = (one: T): void => {
    if (visiting.has(one.service)) return;
    visiting.add(one.service);
    for (const name of one.dependsOn) {
      const needed = services.find((other) => other.service === name);
      if (needed !== undefined) visit(needed);
    }
    ordered.push(one);
  };
  for (const one of services) visit(one);
  return ordered;
}
