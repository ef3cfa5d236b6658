import { constraintUnreadable, noNode, noResources } from "../../core/problems/swarm.ts";
import type { Amounts, EngineNode, EngineTask, ServiceSpec } from "../engine/types.ts";
import type { Live } from "../plan/live.ts";
import type { Rendered } from "../plan/rendered.ts";
import { amount } from "../plan/words.ts";
import { architecture, meets, parseConstraint } from "./constraint.ts";

/** Nodes on which a service may run: ready, active, the platform of its image, all constraints met. */
export function nodesFor(spec: ServiceSpec, nodes: EngineNode[]): EngineNode[] {
  const constraints = (spec.TaskTemplate.Placement?.Constraints ?? []).map(parseConstraint);
  return usable(nodes).filter(
    (node) =>
      runsOn(spec, node) &&
      constraints.every((constraint) => constraint === undefined || meets(node, constraint)),
  );
}

/**
 * Whether every service finds servers for all its copies, by constraints, platform, host ports and
 * reservations.
 */
export function checkPlacement(rendered: Rendered, live: Live, tasks: EngineTask[]): void {
  const ready = usable(live.nodes);
  for (const { service, spec } of rendered.services) {
    const copies = spec.Mode?.Replicated?.Replicas ?? 1;
    if (spec.Mode?.Replicated !== undefined && copies === 0) continue;
    for (const text of spec.TaskTemplate.Placement?.Constraints ?? []) {
      const constraint = parseConstraint(text);
      if (constraint === undefined) throw constraintUnreadable({ service, constraint: text });
      if (!ready.some((node) => meets(node, constraint))) {
        throw noNode({ service, wants: `${text} holds on none of ${count(ready.length, "ready server")}` });
      }
    }
    const eligible = nodesFor(spec, live.nodes);
    if (eligible.length === 0) throw noNode({ service, wants: whyNone(spec, ready) });
    if (spec.Mode?.Replicated !== undefined) checkRoom(service, spec, copies, eligible.length);
    checkReservations(service, spec, eligible, tasks, live);
  }
}

function usable(nodes: EngineNode[]): EngineNode[] {
  return nodes.filter((node) => node.Status.State === "ready" && node.Spec.Availability === "active");
}

function runsOn(spec: ServiceSpec, node: EngineNode): boolean {
  const platforms = spec.TaskTemplate.Placement?.Platforms ?? [];
  const has = node.Description.Platform;
  if (platforms.length === 0 || has === undefined) return true;
  return platforms.some(
    ({ OS = "", Architecture = "" }) =>
      (OS === "" || OS === has.OS) &&
      (Architecture === "" || architecture(Architecture) === architecture(has.Architecture ?? "")),
  );
}

function whyNone(spec: ServiceSpec, ready: EngineNode[]): string {
  if (ready.length === 0) return "no server is ready and active";
  if (!ready.some((node) => runsOn(spec, node))) {
    const made = (spec.TaskTemplate.Placement?.Platforms ?? []).map((one) => `${one.OS}/${one.Architecture}`);
    return `its image is made for ${made.join(", ")} only`;
  }
  return `no server meets all of: ${(spec.TaskTemplate.Placement?.Constraints ?? []).join(", ")}`;
}

/** More copies than fit: by `max_replicas_per_node`, or because each needs the same port of its server. */
function checkRoom(service: string, spec: ServiceSpec, copies: number, servers: number): void {
  const most = spec.TaskTemplate.Placement?.MaxReplicas ?? 0;
  const fixed = (spec.EndpointSpec?.Ports ?? []).find(
    (port) => port.PublishMode === "host" && (port.PublishedPort ?? 0) > 0,
  );
  const perServer = fixed === undefined ? most : 1;
  if (perServer === 0 || copies <= perServer * servers) return;
  const why =
    fixed === undefined
      ? `at most ${most} on a server`
      : `each needs port ${fixed.PublishedPort ?? 0} of its server`;
  throw noNode({ service, wants: `${copies} copies do not fit on ${count(servers, "server")}, ${why}` });
}

function checkReservations(
  service: string,
  spec: ServiceSpec,
  eligible: EngineNode[],
  tasks: EngineTask[],
  live: Live,
): void {
  const wanted = spec.TaskTemplate.Resources?.Reservations;
  const own = live.services.find((one) => one.Spec.Name === spec.Name)?.ID;
  for (const kind of ["MemoryBytes", "NanoCPUs"] as const) {
    const needs = wanted?.[kind] ?? 0;
    if (needs === 0) continue;
    const left = eligible.map(
      (node) => (node.Description.Resources?.[kind] ?? 0) - reserved(node, kind, tasks, own),
    );
    const most = Math.max(0, ...left);
    if (most < needs) throw noResources({ service, wants: say(kind, needs), has: say(kind, most) });
  }
}

/** What other services have reserved on a node already. */
function reserved(
  node: EngineNode,
  kind: keyof Amounts,
  tasks: EngineTask[],
  own: string | undefined,
): number {
  return tasks
    .filter((task) => task.NodeID === node.ID && task.ServiceID !== own && task.DesiredState === "running")
    .reduce((sum, task) => sum + (task.Spec.Resources?.Reservations?.[kind] ?? 0), 0);
}

function say(kind: keyof Amounts, value: number): string {
  return kind === "NanoCPUs" ? `${value / 1e9} processors` : `${amount(value) ?? "no"} of memory`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
