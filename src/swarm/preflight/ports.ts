import { portTaken } from "../../core/problems/swarm.ts";
import type { EngineContainer, Port } from "../engine/types.ts";
import type { Live } from "../plan/live.ts";
import { namespaceLabel, type Rendered } from "../plan/rendered.ts";

interface Held {
  port: Port;
  holder: string;
}

/**
 * Published ports: ingress ports are unique over the Swarm; a port in host mode is taken on a one-node
 * Swarm by any other service, and by plain containers of that node. What another process holds is not
 * visible to the engine.
 */
export function checkPorts(rendered: Rendered, live: Live, containers: EngineContainer[]): void {
  const own = new Set(rendered.services.map(({ spec }) => spec.Name));
  const oneNode = live.nodes.length === 1;
  const held: Held[] = live.services
    .filter(({ Spec }) => !own.has(Spec.Name) && Spec.Labels?.[namespaceLabel] !== rendered.stack)
    .flatMap(({ Spec }) =>
      (Spec.EndpointSpec?.Ports ?? []).map((port) => ({ port, holder: `the service ${Spec.Name}` })),
    );
  if (oneNode) held.push(...containers.filter(isPlain).flatMap(heldBy));
  for (const { service, spec } of rendered.services) {
    const ports = (spec.EndpointSpec?.Ports ?? []).filter((port) => (port.PublishedPort ?? 0) > 0);
    for (const port of ports) {
      const taken = held.find((other) => clash(port, other.port, oneNode));
      if (taken !== undefined) throw portTaken({ port: nameOf(port), service, holder: taken.holder });
    }
    held.push(...ports.map((port) => ({ port, holder: `${service} of the same stack` })));
  }
}

function clash(a: Port, b: Port, oneNode: boolean): boolean {
  if (a.PublishedPort !== b.PublishedPort || protocolOf(a) !== protocolOf(b)) return false;
  const bothHost = a.PublishMode === "host" && b.PublishMode === "host";
  return !bothHost || oneNode;
}

/** Containers of services are judged by their service. */
function isPlain(container: EngineContainer): boolean {
  return container.Labels["com.docker.swarm.service.name"] === undefined;
}

function heldBy(container: EngineContainer): Held[] {
  const name = (container.Names[0] ?? container.Id).replace(/^\//, "");
  return container.Ports.filter((port) => port.PublicPort !== undefined).map((port) => ({
    port: { PublishedPort: port.PublicPort ?? 0, Protocol: port.Type, PublishMode: "host" },
    holder: `the container ${name}`,
  }));
}

function protocolOf(port: Port): string {
  return port.Protocol ?? "tcp";
}

function nameOf(port: Port): string {
  return `${port.PublishedPort ?? "?"}/${protocolOf(port)}`;
}
