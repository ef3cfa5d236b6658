/** The real inventory over machines in memory: each shows a host key, and one has further nodes. */
import { openAudit } from "../../src/audit/index.ts";
import type { Clock } from "../../src/core/clock.ts";
import { hostKeyChanged, nodeUnknown, serverNotReached } from "../../src/core/problems/servers.ts";
import type { Db } from "../../src/db/index.ts";
import { openInventory } from "../../src/servers/inventory.ts";
import type { OtherNode, ServerReport, Servers } from "../../src/servers/types.ts";

export interface Machine {
  hostKey: string;
  /** Other nodes of its Swarm, by name, and where they are. */
  others: Record<string, string>;
}

export type Machines = Map<string, Machine>;

export function fakeMachines(): Machines {
  return new Map([
    [
      "swarm-2.example.coop",
      { hostKey: "SHA256:two", others: { "swarm-2b": "10.0.0.2", "swarm-2c": "10.0.0.3" } },
    ],
    ["swarm-3.example.coop", { hostKey: "SHA256:three", others: {} }],
    ["10.0.0.2", { hostKey: "SHA256:two-b", others: {} }],
  ]);
}

/** Servers that never touch a network. */
export function fakeServersOver(machines: Machines, db: Db, clock: Clock): Servers {
  const inventory = openInventory({ db, clock, audit: openAudit(db, clock) });
  const machineAt = (host: string): Machine => {
    const found = machines.get(host);
    if (found === undefined) throw serverNotReached({ server: host, reason: "nothing listens there" });
    return found;
  };
  const others = (host: string): OtherNode[] =>
    Object.entries(machineAt(host).others).map(([hostname, addr]) => ({ hostname, addr, isKnown: false }));
  const report = (host: string): ServerReport => ({
    findings: [
      { what: "docker", isWell: true, says: "engine 28.2.2, Swarm manager on swarm-2" },
      { what: "nodes", isWell: true, says: "one node" },
    ],
    problem: null,
    engine: "28.2.2",
    node: "swarm-2",
    others: others(host),
  });
  const kindOf = (host: string) => ({
    fingerprint: machineAt(host).hostKey,
    kind: "ED25519",
    known: "ssh-ed25519 AAAA",
  });
  return {
    ...inventory,
    swarmOf: () => {
      throw new Error("no story about servers asks a Swarm");
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    probe: async ({ host }) => kindOf(host),
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    check: async (name) => report(inventory.addressOf(name).host),
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async meet(name, { host, hostKey }) {
      const shown = machineAt(host).hostKey;
      if (shown !== hostKey) throw hostKeyChanged({ server: name, agreed: hostKey, shown });
      return report(host);
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    probeNodes: async (nodes, port) =>
      nodes.map(({ hostname, addr }) => {
        const isThere = addr !== null && machines.has(addr);
        const seen = isThere
          ? { hostKey: kindOf(addr), why: null }
          : { hostKey: null, why: "The server 10.0.0.3:22 is not reached: nothing listens there." };
        return { hostname, host: addr, port, ...seen };
      }),
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async assertNode(name, node) {
      const known = others(inventory.addressOf(name).host).map(({ hostname }) => hostname);
      if (!known.includes(node)) throw nodeUnknown({ server: name, node, known });
    },
    close: () => undefined,
  };
}
