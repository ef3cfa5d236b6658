import { BlockList, isIPv6 } from "node:net";

const ranges = new BlockList();
for (const [net, prefix] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["100.64.0.0", 10],
] as const) {
  ranges.addSubnet(net, prefix, "ipv4");
}
ranges.addSubnet("::1", 128, "ipv6");
ranges.addSubnet("fc00::", 7, "ipv6");
ranges.addSubnet("fe80::", 10, "ipv6");

/** True for addresses that mean nothing outside: loopback, private and link-local (RFC 1918, 4193, 6598). */
export function privateAddress(address: string): boolean {
  return ranges.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
