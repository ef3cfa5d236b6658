/**
 * On which nodes an app comes up after its data was put back. A volume is on one node, and the Swarm starts a task
 * where it likes unless its service is bound: on another node the app would run without its data, and look healthy.
 */
import type { Json } from "../core/canonical.ts";
import { restoredElsewhere } from "../core/problems/placing.ts";
import type { AppDomain } from "../core/terms.ts";
import type { Mounter, Swarm } from "../swarm/index.ts";
import type { PlacedVolume } from "./restoring-types.ts";

type Placing = Pick<Swarm, "nodes" | "mounters" | "sharedVolumes">;

/** What counts of a plan: where its volumes are put, and where those are that it leaves as they are. */
interface Put {
  stack: string;
  volumes?: readonly (PlacedVolume & { isLive?: boolean })[];
  dumps?: readonly { replaces: readonly PlacedVolume[] }[];
  others?: readonly PlacedVolume[] | undefined;
}

/** A service on nodes, by their names, on which a volume of it is not what it should be. */
interface Astray {
  service: string;
  /** As the stack calls it. */
  volume: string;
  /** Where its data is. */
  data: string[];
  nodes: string[];
}

/**
 * Throws `restored-elsewhere`. `bindTo`: the best place of the service, where its data is or where it runs now; there
 * it stays as it is until somebody restores. `isAnew`: what failed is removed again.
 */
export async function assertPlaced(
  swarm: Placing,
  plan: Put,
  { app, bindTo, isAnew = false }: { app: AppDomain; bindTo: "data" | "runs"; isAnew?: boolean },
): Promise<void> {
  const [first] = await astray(swarm, plan, ({ runsOn }) => runsOn);
  if (first === undefined) return;
  const { service, volume, data, nodes: runs } = first;
  const constraint = constraintFor({ data, runs }[bindTo]);
  throw restoredElsewhere({ app, service, volume, data, runs, constraint, isAnew });
}

/** Whether something of it runs on a node where what it had is not. */
export async function isAstray(swarm: Placing, put: Put): Promise<boolean> {
  return (await astray(swarm, put, ({ runsOn }) => runsOn)).length > 0;
}

/** What to say before it is agreed to. `planned`: the services, where they are not there yet. */
export async function placeWarnings(
  swarm: Placing,
  plan: Put,
  planned?: Readonly<Record<string, Json>>,
): Promise<string[]> {
  const all = await astray(swarm, plan, ({ mayRunOn }) => mayRunOn, planned);
  return [...Map.groupBy(all, ({ service }) => service)].flatMap(([service, found]) => {
    const [first] = found;
    if (first === undefined) return [];
    const { data, nodes } = first;
    const volumes = [...new Set(found.map(({ volume }) => volume))];
    const what = `${volumes.length === 1 ? "volume" : "volumes"} ${volumes.join(", ")}`;
    return [
      `The Swarm may start ${service} on ${nodes.join(" or ")}, and the data of its ${what} is on ` +
        `${data.join(" and ")}. If it does, the restore counts as failed. Bind it first, in its recipe under ` +
        `deploy, placement, constraints: ${constraintFor(data)}.`,
    ];
  });
}

function constraintFor(nodes: readonly string[]): string {
  return nodes.length === 1
    ? `\`node.hostname == ${nodes.join()}\``
    : `a label that only ${nodes.join(" and ")} have`;
}

/** Nothing of a service that has one task on each node, and of volumes whose data is the same on every node. */
async function astray(
  swarm: Placing,
  put: Put,
  where: (one: Mounter) => string[],
  planned?: Readonly<Record<string, Json>>,
): Promise<Astray[]> {
  const placed = placedBy(put);
  if (placed.length === 0) return [];
  const nodes = await swarm.nodes();
  if (nodes.length < 2) return [];
  const asked = nodes.find(({ isAsked }) => isAsked)?.id ?? "";
  const nameOf = (id: string): string => nodes.find((one) => one.id === id)?.hostname ?? id;
  const found: Astray[] = [];
  for (const one of await swarm.mounters(put.stack, planned)) {
    for (const name of one.volumes) {
      const data = [...new Set(placed.flatMap(({ into, node }) => (into === name ? [node ?? asked] : [])))];
      const [holder] = data;
      const others = where(one).filter((node) => !data.includes(node));
      if (holder === undefined || others.length === 0) continue;
      // What is brought up anew is filled before its service could have made it a shared one.
      if (planned === undefined && (await swarm.sharedVolumes(holder)).includes(name)) continue;
      const volume = name.startsWith(`${put.stack}_`) ? name.slice(put.stack.length + 1) : name;
      found.push({ service: one.service, volume, data: data.map(nameOf), nodes: others.map(nameOf) });
    }
  }
  return found;
}

/** What is brought back while its service runs is put where that runs (`replay`). */
function placedBy({ volumes = [], dumps = [], others = [] }: Put): PlacedVolume[] {
  const atRest = volumes.filter(({ isLive }) => !isLive);
  return [...atRest, ...dumps.flatMap(({ replaces }) => replaces), ...others];
}
