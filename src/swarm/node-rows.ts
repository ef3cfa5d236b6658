import type { Engine } from "./engine/connect.ts";
import type { NodeRow } from "./types.ts";

/** One row per node of the Swarm, by name. */
export async function nodeRows(engine: Engine): Promise<NodeRow[]> {
  const [nodes, { nodeId }] = await Promise.all([engine.nodes(), engine.version()]);
  const rows = nodes.map(({ ID, Spec, Description, Status }): NodeRow => {
    // A Swarm that listens everywhere says so of itself; that is no address for anybody else.
    const addr = Status.Addr === undefined || /^(0\.0\.0\.0|::)?$/.test(Status.Addr) ? null : Status.Addr;
    return {
      id: ID,
      hostname: Description.Hostname,
      role: Spec.Role,
      state: Status.State,
      availability: Spec.Availability,
      addr,
      isAsked: ID === nodeId,
    };
  });
  return rows.sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
}
