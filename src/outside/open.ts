import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/problem.ts";
import { probePage, type Trust } from "./probe.ts";
import type { Addresses, Outside } from "./types.ts";

/** A question in the room waits for this: a DNS that is slower does not answer. */
const dnsTimeoutMs = 2000;
const dnsTries = 2;

export interface OutsideOptions {
  clock: Clock;
  /** `host:port` of name servers; those of the machine when left out. */
  nameServers?: string[];
  /** For tests: where connections go, and whom they believe. */
  trust?: Trust;
}

/** Opens the view from outside; nothing is asked before the first call. */
export function openOutside({ clock, nameServers, trust }: OutsideOptions): Outside {
  return {
    addresses: (name) => addressesOf(name, nameServers),
    probe: (url, options) => probePage(clock, url, options, trust),
  };
}

async function addressesOf(name: string, nameServers: string[] | undefined): Promise<Addresses> {
  if (isIP(name) !== 0) return { known: true, addresses: [name] };
  const resolver = new Resolver({ timeout: dnsTimeoutMs, tries: dnsTries });
  if (nameServers !== undefined) resolver.setServers(nameServers);
  const [four, six] = await Promise.all([
    records(() => resolver.resolve4(name)),
    records(() => resolver.resolve6(name)),
  ]);
  const silent = [four, six].find((one) => !one.known);
  const addresses = [four, six].flatMap((one) => (one.known ? one.addresses : [])).sort();
  return addresses.length === 0 && silent !== undefined ? silent : { known: true, addresses };
}

async function records(ask: () => Promise<string[]>): Promise<Addresses> {
  try {
    return { known: true, addresses: await ask() };
  } catch (thrown) {
    const { code = "" } = thrown as NodeJS.ErrnoException;
    if (code === "ENODATA" || code === "ENOTFOUND") return { known: true, addresses: [] };
    const why = code === "ETIMEOUT" || code === "ECONNREFUSED" ? "it does not answer" : messageOf(thrown);
    return { known: false, why };
  }
}
