/** As much of tar (POSIX ustar) as the engine's file calls need: one file in, one file out. */

const block = 512;

/** The content of the file when the archive holds nothing else; undefined when it holds a folder. */
export function firstFile(tar: Buffer): Buffer | undefined {
  for (let at = 0; at + block <= tar.length;) {
    const header = tar.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return undefined;
    const size = sizeIn(header);
    const kind = String.fromCharCode(header[156] ?? 0);
    const content = tar.subarray(at + block, at + block + size);
    if (kind === "0" || kind === "\0") return Buffer.from(content);
    // Long names and times come as entries of their own before what they speak of.
    if (kind !== "x" && kind !== "g" && kind !== "L") return undefined;
    at += block + Math.ceil(size / block) * block;
  }
  return undefined;
}

/** What fits into the header of an entry; a longer name stands in an entry of its own before it (POSIX pax, "path"). */
const mostNameBytes = 100;

/** An archive with one file, owned by root; readable by all unless another mode is given. */
export function tarWith(name: string, bytes: Buffer, mode = 0o644): Buffer {
  return tarOf([{ name, bytes }], mode);
}

/** An archive with these files, owned by root. */
export function tarOf(files: readonly { name: string; bytes: Buffer }[], mode: number): Buffer {
  const entries = files.flatMap(({ name, bytes }) => {
    const long = Buffer.byteLength(name) > mostNameBytes;
    const before = long ? [entry("x", "name", paxRecord("path", name), mode)] : [];
    return [...before, entry("0", long ? "file" : name, bytes, mode)];
  });
  return Buffer.concat([...entries, Buffer.alloc(2 * block)]);
}

function entry(kind: "0" | "x", name: string, bytes: Buffer, mode: number): Buffer {
  const header = Buffer.alloc(block);
  header.write(name, 0);
  header.write(`${mode.toString(8).padStart(7, "0")}\0`, 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write(kind, 156);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = Buffer.alloc((block - (bytes.length % block)) % block);
  return Buffer.concat([header, bytes, padding]);
}

/** `<length> <key>=<value>` and a line end; the length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const digits = String(bytes + String(bytes).length).length;
  return Buffer.from(`${bytes + digits}${rest}`);
}

/** Octal; above 8 GB in base 256, which nothing here is. */
function sizeIn(header: Buffer): number {
  return Number.parseInt(header.toString("ascii", 124, 136).replace(/[\0 ]+$/, ""), 8) || 0;
}
