/** Services with volumes, and where the Swarm puts them: a volume is on one node, and its task may be on another. */
import type { Json } from "../core/canonical.ts";
import type { Engine } from "./engine/connect.ts";
import type { EngineVolume, ServiceSpec } from "./engine/types.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import { nodesFor } from "./preflight/placement.ts";
import { isOver } from "./verdict/signs.ts";

/** A service whose tasks the Swarm places, and which mounts volumes. */
export interface Mounter {
  service: string;
  /** As its spec names them. */
  volumes: string[];
  /** The nodes of its tasks, those that are about to start among them, by their ids. */
  runsOn: string[];
  /** The nodes on which its tasks may be started now, by their ids. */
  mayRunOn: string[];
}

/**
 * Left out is what has one task on each node, what is meant to have none, and jobs. No node but the one that is asked
 * has to be reached. `planned`: of these services, which need not be there yet.
 */
export async function mountersIn(
  engine: Engine,
  stack: string,
  planned?: Readonly<Record<string, Json>>,
): Promise<Mounter[]> {
  const label = [`${namespaceLabel}=${stack}`];
  const [services, tasks, nodes] = await Promise.all([
    engine.services({ label }),
    engine.tasks({ label }),
    engine.nodes(),
  ]);
  const there = new Map(services.map((one) => [shortName(stack, one.Spec.Name), one]));
  const meant = planned === undefined ? [...there.keys()] : Object.keys(planned);
  return meant.flatMap((service): Mounter[] => {
    const live = there.get(service);
    const spec = (planned?.[service] as unknown as ServiceSpec | undefined) ?? live?.Spec;
    if (spec === undefined || !isPlaced(spec)) return [];
    const volumes = (spec.TaskTemplate.ContainerSpec.Mounts ?? []).flatMap(({ Type, Source }) =>
      Type === "volume" && Source !== undefined && Source !== "" ? [Source] : [],
    );
    if (volumes.length === 0) return [];
    const runsOn = tasks.flatMap(({ ServiceID, DesiredState, NodeID = "" }) =>
      ServiceID === live?.ID && !isOver(DesiredState) && NodeID !== "" ? [NodeID] : [],
    );
    return [
      {
        service,
        volumes,
        runsOn: [...new Set(runsOn)],
        mayRunOn: nodesFor(spec, nodes).map(({ ID }) => ID),
      },
    ];
  });
}

/** A spec without a mode has one task. */
function isPlaced({ Mode = { Replicated: {} } }: ServiceSpec): boolean {
  return Mode.Replicated !== undefined && Mode.Replicated.Replicas !== 0;
}

/**
 * Whether what is in a volume is the same on every node: by another driver than the engine's own, or because that
 * mounts it over the network (https://docs.docker.com/reference/cli/docker/volume/create/#driver-specific-options).
 */
export function isShared({ Driver = "local", Options }: EngineVolume): boolean {
  if (Driver !== "local") return true;
  const { type = "", o = "" } = Options ?? {};
  return /^(nfs|cifs|smb|ceph)/i.test(type) || /(^|,)addr=/i.test(o);
}
