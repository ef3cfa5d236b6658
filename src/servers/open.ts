import type { Clock } from "../core/clock.ts";
import { Problem, problemFromJson } from "../core/problem.ts";
import { nodeUnknown } from "../core/problems/servers.ts";
import type { ServerName } from "../core/terms.ts";
import { bySocket, bySsh, openSwarm, probeHostKey, type SshWay, type Swarm } from "../swarm/index.ts";
import { examine } from "./examine.ts";
import { openInventory, type InventoryParts } from "./inventory.ts";
import type { OtherNode, ProbedNode, Servers, SshAddress } from "./types.ts";

export interface ServersOptions extends InventoryParts {
  /** The Docker socket of the server `local`. */
  socketPath: string;
  /** Socket of the SSH agent, for servers without a key file. */
  agentSocket?: string | undefined;
  clock: Clock;
  log?: { warn(message: string): void };
  /** Told when a deploy of a stack waits for its server to come back (why), and when it goes on (null). */
  onAway?: (server: ServerName, stack: string, why: string | null) => void;
}

interface Opened {
  swarm: Swarm;
  way: SshWay | null;
}

/** Opens the inventory of servers. No connection is made before a Swarm is asked something. */
export function openServers(options: ServersOptions): Servers {
  const { db } = options;
  const inventory = openInventory(options);
  const opened = new Map<ServerName, Opened>();
  const openedOf = (name: ServerName): Opened => {
    const { ssh } = inventory.get(name);
    const known = opened.get(name);
    if (known !== undefined) return known;
    const made = open(options, inventory.get, name, ssh);
    opened.set(name, made);
    return made;
  };
  /** Who is reached otherwise from now on is connected to anew. */
  const forget = (name: ServerName): void =>
    db.afterCommit(() => {
      opened.get(name)?.swarm.close();
      opened.delete(name);
    });
  return {
    ...inventory,
    swarmOf: (name) => openedOf(name).swarm,
    probe: (at) => probeHostKey(at),
    async check(name) {
      const { ssh, nodes } = inventory.get(name);
      const { swarm, way } = openedOf(name);
      return examine({ ssh: ssh === null || way === null ? null : { address: ssh, way }, swarm, nodes });
    },
    meet: (name, address) => meet(options, name, address),
    probeNodes: (others, port) => Promise.all(others.map((other) => probeNode(other, port))),
    async assertNode(name, hostname) {
      inventory.addressOf(name);
      const others = (await openedOf(name).swarm.nodes()).filter((node) => !node.isAsked);
      if (others.some((node) => node.hostname === hostname)) return;
      throw nodeUnknown({ server: name, node: hostname, known: others.map((node) => node.hostname) });
    },
    remove: (who, name) =>
      db.tx(() => {
        inventory.remove(who, name);
        forget(name);
      }),
    pin: (who, name, hostKey) =>
      db.tx(() => {
        inventory.pin(who, name, hostKey);
        forget(name);
      }),
    addNode: (who, name, node) =>
      db.tx(() => {
        const isKnown = inventory.get(name).nodes.some(({ hostname }) => hostname === node.hostname);
        inventory.addNode(who, name, node);
        // A way to a node is looked up when it is first needed.
        if (isKnown) forget(name);
      }),
    close() {
      for (const { swarm } of opened.values()) swarm.close();
      opened.clear();
    },
  };
}

function open(
  { socketPath, agentSocket, clock, log, onAway }: ServersOptions,
  get: Servers["get"],
  name: ServerName,
  ssh: SshAddress | null,
): Opened {
  const warn = (line: string): void => log?.warn(line);
  const common = {
    clock,
    ...(log && { log }),
    ...(onAway && { onAway: (stack: string, why: string | null) => onAway(name, stack, why) }),
  };
  if (ssh === null) return { swarm: openSwarm({ way: bySocket(socketPath), ...common }), way: null };
  const way = bySsh(ssh, { name, clock, agentSocket, warn });
  const nodeWays = (hostname: string): SshWay | undefined => {
    const node = get(name).nodes.find((one) => one.hostname === hostname);
    if (node === undefined) return undefined;
    const { host, port, hostKey } = node;
    return bySsh({ ...ssh, host, port, hostKey }, { name: hostname, clock, agentSocket, warn });
  };
  return { swarm: openSwarm({ way, nodeWays, ...common }), way };
}

async function probeNode({ hostname, addr }: OtherNode, port: number): Promise<ProbedNode> {
  const node = { hostname, host: addr, port };
  if (addr === null) return { ...node, hostKey: null, why: "the Swarm does not say where it is" };
  try {
    return { ...node, hostKey: await probeHostKey({ host: addr, port }), why: null };
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return { ...node, hostKey: null, why: thrown.message };
  }
}

/** A server that is not in the inventory: connected to for one look. */
async function meet({ clock, agentSocket }: ServersOptions, name: string, address: SshAddress) {
  const way = bySsh(address, { name, clock, agentSocket });
  const swarm = openSwarm({ way, clock });
  try {
    const report = await examine({ ssh: { address, way }, swarm, nodes: [] });
    if (report.problem !== null) throw problemFromJson(report.problem);
    return report;
  } finally {
    swarm.close();
  }
}
