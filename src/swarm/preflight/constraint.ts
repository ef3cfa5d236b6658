import { BlockList, isIP } from "node:net";
import type { EngineNode } from "../engine/types.ts";

export interface Constraint {
  key: string;
  isEqual: boolean;
  value: string;
}

const known = /^(node\.(id|hostname|ip|role|platform\.(os|arch)|labels\..+)|engine\.labels\..+)$/i;

/**
 * Reads a placement constraint as swarmkit does (`key == value`, `key != value`); undefined when it is
 * none.
 */
export function parseConstraint(text: string): Constraint | undefined {
  const match = /^\s*([^\s=!]+)\s*(==|!=)\s*(.*?)\s*$/.exec(text);
  const [, key = "", operator, value = ""] = match ?? [];
  if (match === null || value === "" || !known.test(key)) return undefined;
  return { key, isEqual: operator === "==", value };
}

/** Whether a node meets a constraint; values are compared without regard to case, as swarmkit does. */
export function meets(node: EngineNode, { key, isEqual, value }: Constraint): boolean {
  if (key.toLowerCase() === "node.ip") return inRange(node.Status.Addr ?? "", value) === isEqual;
  return (valueOf(node, key).toLowerCase() === value.toLowerCase()) === isEqual;
}

function valueOf(node: EngineNode, key: string): string {
  const { Spec, Description } = node;
  const short = key.toLowerCase();
  if (short === "node.id") return node.ID;
  if (short === "node.hostname") return Description.Hostname;
  if (short === "node.role") return Spec.Role;
  if (short === "node.platform.os") return Description.Platform?.OS ?? "";
  // As the kernel calls it (`x86_64`): only the images' own platforms are compared under either name.
  if (short === "node.platform.arch") return Description.Platform?.Architecture ?? "";
  if (short.startsWith("node.labels.")) return Spec.Labels?.[key.slice("node.labels.".length)] ?? "";
  return Description.Engine?.Labels?.[key.slice("engine.labels.".length)] ?? "";
}

/** Engines name architectures as the kernel does, images as Go does; for an image Swarm takes both for the same. */
export function architecture(name: string): string {
  return { x86_64: "amd64", aarch64: "arm64" }[name] ?? name;
}

function inRange(address: string, range: string): boolean {
  const [base = "", bits] = range.split("/");
  const family = isIP(base) === 6 ? "ipv6" : "ipv4";
  if (isIP(base) === 0 || isIP(address) !== isIP(base)) return false;
  const list = new BlockList();
  if (bits === undefined) list.addAddress(base, family);
  else list.addSubnet(base, Number(bits), family);
  return list.check(address, family);
}
