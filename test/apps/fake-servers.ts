import { serverUnknown } from "../../src/core/problems/apps.ts";
import { ServerName } from "../../src/core/terms.ts";
import type { Servers } from "../../src/servers/index.ts";
import type { Swarm } from "../../src/swarm/types.ts";

/** An inventory with the server `local`, which is this Swarm, and others by name. */
export function fakeServers(swarm: Swarm, others: Record<string, Swarm> = {}): Servers {
  const all: Record<string, Swarm> = { local: swarm, ...others };
  const list: Servers["list"] = () =>
    Object.keys(all).map((name) => ({
      name: ServerName.parse(name),
      ssh: null,
      nodes: [],
      addedBy: null,
      addedAt: null,
    }));
  const get: Servers["get"] = (name) => {
    const found = list().find((one) => one.name === name);
    if (found === undefined) throw serverUnknown({ server: name, known: Object.keys(all) });
    return found;
  };
  return {
    list,
    get,
    swarmOf(name) {
      return all[get(name).name] ?? swarm;
    },
    ...notTouched,
    close: () => undefined,
  };
}

const fails = (): never => {
  throw new Error("the inventory of this fake does not change");
};
/** What stories about apps do not ask of the inventory. */
const notTouched = {
  assertFree: fails,
  assertUnused: fails,
  addressOf: fails,
  probe: fails,
  check: fails,
  meet: fails,
  probeNodes: fails,
  assertNode: fails,
  add: fails,
  remove: fails,
  pin: fails,
  addNode: fails,
};
