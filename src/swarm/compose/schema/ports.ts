import { sayPlace } from "../node.ts";
import { count, listOf, quote, scalarOf, text, wrongKind, wrongValue, type Reader } from "../read.ts";
import { record } from "../record.ts";
import { readShortPort, type Port } from "../short/ports.ts";

const longPort: Reader<Port> = record({ mode: text, target: count, published: count, protocol: text });
const anyAddress = ["0.0.0.0", "::"];

const portOrRange: Reader<Port[]> = (node, path, reading) => {
  if (node.kind === "map" && reading.version >= 2) return [longPort(node, path, reading)];
  const value = scalarOf(node);
  if (typeof value !== "string" && typeof value !== "number")
    throw wrongKind(node, path, "a port such as 8080:80");
  const read = readShortPort(String(value));
  const where = sayPlace(node.place);
  if (read === undefined) {
    const expected = "a port such as 8080:80, 8080-8089:80-89 or 53:53/udp";
    throw wrongValue(node, path, quote(node), expected);
  }
  if (read.address !== undefined && !anyAddress.includes(read.address)) {
    const remark = `the address ${read.address} is ignored by Swarm, which opens the port on all addresses`;
    reading.warnings.push(`${where}: ${path}: ${remark}.`);
  }
  return read.ports;
};

export const ports: Reader<Port[]> = (node, path, reading) =>
  listOf(portOrRange, { unique: true })(node, path, reading).flat();
