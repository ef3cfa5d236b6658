import { isIP } from "node:net";

/** A port as the long form of compose files has it. */
export interface Port {
  mode?: string;
  target?: number;
  /** 0 or missing = the engine chooses. */
  published?: number;
  protocol?: string;
}

/** `[ip:][published[-published]:]target[-target][/protocol]` split into ports; undefined when it is none. */
export function readShortPort(spec: string): { ports: Port[]; address?: string } | undefined {
  const parts = spec.split(":");
  const [targetPart = "", ...rest] = (parts.pop() ?? "").split("/");
  const publishedPart = parts.pop() ?? "";
  const address = readAddress(parts.join(":"));
  const protocol = (rest[0] === undefined || rest[0] === "" ? "tcp" : rest[0]).toLowerCase();
  const target = readRange(targetPart);
  const published = publishedPart === "" ? undefined : readRange(publishedPart);
  if (address === undefined || target === undefined || !["tcp", "udp", "sctp"].includes(protocol))
    return undefined;
  if (publishedPart !== "" && published === undefined) return undefined;
  const pairs = pairUp(target, published);
  if (pairs === undefined) return undefined;
  // The CLI orders a range by the text of its ports, so 10 comes before 9.
  const ordered = pairs.sort((a, b) => compareText(`${a.target}/${protocol}`, `${b.target}/${protocol}`));
  const ports = ordered.map((pair) => ({ ...pair, protocol, mode: "ingress" }));
  return address === "" ? { ports } : { ports, address };
}

interface Range {
  from: number;
  to: number;
}

function readRange(part: string): Range | undefined {
  const [first = "", second = first] = part.split("-");
  const [from, to] = [readNumber(first), readNumber(second)];
  return from === undefined || to === undefined || to < from ? undefined : { from, to };
}

function readNumber(part: string): number | undefined {
  return /^\d{1,20}$/.test(part) && Number(part) <= 65535 ? Number(part) : undefined;
}

/** Ranges of one size side by side, or one target behind a whole range; undefined when sizes differ. */
function pairUp(
  target: Range,
  published: Range | undefined,
): { target: number; published: number }[] | undefined {
  const size = target.to - target.from;
  if (published !== undefined && size === 0) {
    return span(published).map((port) => ({ target: target.from, published: port }));
  }
  if (published !== undefined && published.to - published.from !== size) return undefined;
  return span(target).map((port, index) => ({
    target: port,
    published: published === undefined ? 0 : published.from + index,
  }));
}

function span({ from, to }: Range): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function readAddress(text: string): string | undefined {
  if (text === "") return "";
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? undefined : bare;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
