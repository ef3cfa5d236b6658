import { serverUnknown } from "../core/problems/apps.ts";
import type { Clock } from "../core/clock.ts";
import { ServerName } from "../core/terms.ts";
import { bySocket, openSwarm, type Swarm } from "../swarm/index.ts";
import type { Server, Servers } from "./types.ts";

/** The server on this machine. */
export const local = ServerName.parse("local");

export interface ServersOptions {
  /** The Docker socket of the server `local`. */
  socketPath: string;
  clock: Clock;
  log?: { warn(message: string): void };
}

/** Opens the inventory of servers. No connection is made before a Swarm is asked something. */
export function openServers({ socketPath, clock, log }: ServersOptions): Servers {
  const opened = new Map<ServerName, Swarm>();
  const list = (): Server[] => [{ name: local, ssh: null, nodes: [], addedBy: null, addedAt: null }];
  const get = (name: ServerName): Server => {
    const found = list().find((one) => one.name === name);
    if (found === undefined) throw serverUnknown({ server: name, known: list().map((one) => one.name) });
    return found;
  };
  return {
    list,
    get,
    swarmOf(name) {
      const known = opened.get(get(name).name);
      if (known !== undefined) return known;
      const swarm = openSwarm({ way: bySocket(socketPath), clock, ...(log && { log }) });
      opened.set(name, swarm);
      return swarm;
    },
    close() {
      for (const swarm of opened.values()) swarm.close();
    },
  };
}
