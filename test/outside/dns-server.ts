/** A small DNS server over UDP on loopback: answers A and AAAA from a list, as RFC 1035 §4 writes them. */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";

export interface DnsServer {
  /** `127.0.0.1:<port>` */
  address: string;
  /** Records by name; a name that is missing does not exist; `"silent"` is never answered. */
  records: Map<string, string[] | "silent">;
  stop(): Promise<void>;
}

const types = { a: 1, aaaa: 28 };

export async function dnsServer(records: Record<string, string[] | "silent">): Promise<DnsServer> {
  const known = new Map(Object.entries(records));
  const socket = createSocket("udp4");
  socket.on("message", (asked, from) => {
    const answer = answerTo(asked, known);
    if (answer !== undefined) socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    records: known,
    stop: () => new Promise((closed) => void socket.close(() => closed())),
  };
}

function answerTo(asked: Buffer, known: DnsServer["records"]): Buffer | undefined {
  const labels: string[] = [];
  let at = 12;
  for (let length = asked[at] ?? 0; length > 0; length = asked[at] ?? 0) {
    labels.push(asked.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  const type = asked.readUInt16BE(at + 1);
  const found = known.get(labels.join(".").toLowerCase());
  if (found === "silent") return undefined;
  const wanted = (found ?? []).filter((one) => (isIPv6(one) ? types.aaaa : types.a) === type);
  const header = Buffer.alloc(12);
  asked.copy(header, 0, 0, 2);
  // An answer, with recursion; "no such name" when there is none.
  header.writeUInt16BE(0x8180 | (found === undefined ? 3 : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(wanted.length, 6);
  return Buffer.concat([header, asked.subarray(12, at + 5), ...wanted.map((one) => record(one, type))]);
}

function record(address: string, type: number): Buffer {
  const data = isIPv6(address) ? bytesOf6(address) : Buffer.from(address.split(".").map(Number));
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function bytesOf6(address: string): Buffer {
  const [left = "", right = ""] = address.split("::");
  const part = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((one) => parseInt(one, 16));
  const [start, end] = [part(left), part(right)];
  const groups = [...start, ...Array<number>(8 - start.length - end.length).fill(0), ...end];
  const bytes = Buffer.alloc(16);
  groups.forEach((group, n) => bytes.writeUInt16BE(group, n * 2));
  return bytes;
}
