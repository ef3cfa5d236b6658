import type { ServiceConfig } from "../config.ts";
import type { NetworkAttachment, NetworkSpec } from "../types.ts";
import { filled, nonZero, undefinedAt, type Conversion } from "./context.ts";
import { fullName, isBuiltIn, stackLabels } from "./names.ts";

const defaultNetwork = "default";

/** The networks of one service, sorted by name. On those that people define, the service answers to its own name. */
export function attachments(
  conversion: Conversion,
  name: string,
  service: ServiceConfig,
): NetworkAttachment[] {
  const attached = [...used(service)].map(([key, use]): NetworkAttachment => {
    const defined = conversion.config.networks.get(key);
    if (defined === undefined && key !== defaultNetwork) {
      throw undefinedAt(conversion, ["services", name, "networks"], "network", key);
    }
    const Target = fullName(conversion.stack, key, defined?.name);
    const Aliases = [...(use?.aliases ?? []), ...(isBuiltIn(Target) ? [] : [name])];
    const options = use?.driver_opts;
    const DriverOpts = options === undefined || options.size === 0 ? undefined : Object.fromEntries(options);
    return filled<NetworkAttachment>({ Target, Aliases, DriverOpts });
  });
  return attached.sort((a, b) => (a.Target < b.Target ? -1 : a.Target > b.Target ? 1 : 0));
}

function used(service: ServiceConfig): NonNullable<ServiceConfig["networks"]> {
  const { networks } = service;
  return networks === undefined || networks.size === 0 ? new Map([[defaultNetwork, null]]) : networks;
}

/** Networks that services use: those to create, and the names of those that have to exist. */
export function convertNetworks(conversion: Conversion): { own: NetworkSpec[]; external: string[] } {
  const { config, stack } = conversion;
  const keys = new Set([...config.services.values()].flatMap((service) => [...used(service).keys()]));
  const own: NetworkSpec[] = [];
  const external = new Set<string>();
  for (const key of [...keys].sort()) {
    const entry = config.networks.get(key);
    if (entry?.external === true) {
      const name = entry.name ?? key;
      if (!isBuiltIn(name)) external.add(name);
      continue;
    }
    const { driver, driver_opts: options, ipam } = entry ?? {};
    const subnets = (ipam?.config ?? []).map(({ subnet }) => filled<{ Subnet?: string }>({ Subnet: subnet }));
    const hasIpam = (ipam?.driver ?? "") !== "" || subnets.length > 0;
    own.push({
      Name: fullName(stack, key, entry?.name),
      Driver: driver === undefined || driver === "" ? "overlay" : driver,
      Labels: stackLabels(stack, entry?.labels),
      ...(options === undefined || options.size === 0 ? {} : { Options: Object.fromEntries(options) }),
      ...nonZero<Partial<NetworkSpec>>({ Internal: entry?.internal, Attachable: entry?.attachable }),
      ...(hasIpam
        ? { IPAM: { ...filled<{ Driver?: string }>({ Driver: ipam?.driver }), Config: subnets } }
        : {}),
    });
  }
  return { own, external: [...external] };
}
