import type { EngineNode, EngineService, ServiceSpec } from "../../src/swarm/engine/types.ts";
import type { Live } from "../../src/swarm/plan/live.ts";
import {
  imageLabel,
  namespaceLabel,
  type Rendered,
  type RenderedService,
} from "../../src/swarm/plan/rendered.ts";

/** A service of the stack `shop` as it would be sent; `change` alters it. */
export function specOf(service: string, change: (spec: ServiceSpec) => void = () => undefined): ServiceSpec {
  const spec: ServiceSpec = {
    Name: `shop_${service}`,
    Labels: { [namespaceLabel]: "shop", [imageLabel]: "nginx:1.27" },
    TaskTemplate: {
      ContainerSpec: {
        Image: "nginx:1.27",
        Labels: { [namespaceLabel]: "shop" },
        Env: ["A=1", "DB_PASSWORD=hunter2"],
        Mounts: [{ Type: "volume", Source: "shop_data", Target: "/data" }],
        Healthcheck: { Test: ["CMD", "true"], Interval: 5e9, Timeout: 3e9, Retries: 2, StartPeriod: 5e9 },
      },
      Resources: {},
      Placement: {},
      Networks: [{ Target: "shop_default", Aliases: [service] }],
      ForceUpdate: 0,
    },
    Mode: { Replicated: {} },
    UpdateConfig: { Parallelism: 1, FailureAction: "rollback", Monitor: 7e9, Order: "start-first" },
    EndpointSpec: { Mode: "", Ports: [] },
  };
  change(spec);
  return spec;
}

export function serviceOf(spec: ServiceSpec, dependsOn: string[] = []): RenderedService {
  return { service: spec.Name.replace(/^shop_/, ""), spec, dependsOn };
}

export function renderedOf(specs: ServiceSpec[], more: Partial<Rendered> = {}): Rendered {
  return {
    stack: "shop",
    services: specs.map((spec) => serviceOf(spec)),
    networks: [{ Name: "shop_default", Driver: "overlay", Labels: { [namespaceLabel]: "shop" } }],
    secrets: [],
    configs: [],
    warnings: [],
    ...more,
  };
}

export function nodeOf(hostname: string, change: (node: EngineNode) => void = () => undefined): EngineNode {
  const node: EngineNode = {
    ID: `id-${hostname}`,
    Spec: { Role: "worker", Availability: "active", Labels: {} },
    Description: {
      Hostname: hostname,
      Platform: { OS: "linux", Architecture: "x86_64" },
      Resources: { MemoryBytes: 4 * 2 ** 30, NanoCPUs: 2e9 },
      Engine: { Labels: { disk: "ssd" } },
    },
    Status: { State: "ready", Addr: "10.1.2.3" },
  };
  change(node);
  return node;
}

export function liveOf(more: Partial<Live> = {}): Live {
  return { services: [], networks: [], secrets: [], configs: [], nodes: [nodeOf("one")], ...more };
}

export function runs(spec: ServiceSpec, id = `id-${spec.Name}`): EngineService {
  const at = "2026-10-01T08:00:00Z";
  return { ID: id, Version: { Index: 7 }, CreatedAt: at, UpdatedAt: at, Spec: spec };
}

/** The code of the Problem that a call throws, or undefined. */
export function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (thrown) {
    return (thrown as { code?: string }).code ?? String(thrown);
  }
}
