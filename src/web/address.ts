import { settingsWrong } from "../core/problems/config.ts";
import { BlockList, isIPv4, isIPv6 } from "node:net";

export type AddressOf = (socket: string | undefined, forwardedFor: string | undefined) => string;

/**
 * Tells from which address a request comes. X-Forwarded-For is believed only as far as the hops are trusted
 * proxies (ASVS 4.1.3): it is read from the right, and the first hop that is not a proxy of ours is the
 * visitor. Throws `settings-wrong` for a proxy that is no address.
 */
export function addressReader(trustedProxies: readonly string[]): AddressOf {
  const trusted = new BlockList();
  for (const proxy of trustedProxies) trust(trusted, proxy);
  const isTrusted = (address: string): boolean =>
    isIPv4(address) ? trusted.check(address, "ipv4") : isIPv6(address) && trusted.check(address, "ipv6");

  return (socket, forwardedFor) => {
    let address = plain(socket ?? "unknown");
    const hops = (forwardedFor ?? "").split(",").map((hop) => plain(hop.trim()));
    while (isTrusted(address)) {
      const before = hops.pop();
      if (before === undefined || (!isIPv4(before) && !isIPv6(before))) break;
      address = before;
    }
    return address;
  };
}

function trust(list: BlockList, proxy: string): void {
  const [address = "", prefix, ...more] = proxy.split("/");
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const bits = prefix === undefined ? undefined : Number(prefix);
  const most = family === "ipv6" ? 128 : 32;
  const fits = bits === undefined || (Number.isInteger(bits) && bits >= 0 && bits <= most && prefix !== "");
  if (!(isIPv4(address) || isIPv6(address)) || !fits || more.length > 0) {
    const expected = "a list of addresses or ranges, such as 127.0.0.1 or 10.0.0.0/8";
    throw settingsWrong({ path: "web.trustedProxies", where: "The settings", expected });
  }
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, bits, family);
}

/** IPv4 as it is, also when it comes mapped into IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/**
 * What counts as one visitor: an IPv4 address, or the /64 network of an IPv6 one (a household gets that
 * much).
 */
export function neighbourhoodOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail = ""] = address.split("::");
  const before = head.split(":").filter((part) => part !== "");
  const after = tail.split(":").filter((part) => part !== "");
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  const full = address.includes("::") ? [...before, ...zeros, ...after] : before;
  return `${full
    .slice(0, 4)
    .map((part) => part.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
