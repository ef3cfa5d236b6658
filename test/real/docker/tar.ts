/** One thing in a tar archive: a file with its bytes, a folder, or a link to another name. */
export type TarEntry =
  | { path: string; bytes: Buffer; mode?: number }
  | { path: string; folder: true; mode?: number }
  | { path: string; linkTo: string };

const block = 512;

/**
 * A tar archive (POSIX ustar, names up to 100 characters) as one buffer; enough for images made from
 * scratch.
 */
export function tarOf(entries: TarEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    const bytes = "bytes" in entry ? entry.bytes : Buffer.alloc(0);
    parts.push(headerOf(entry, bytes.length), bytes, Buffer.alloc((block - (bytes.length % block)) % block));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function headerOf(entry: TarEntry, size: number): Buffer {
  const head = Buffer.alloc(block);
  const octal = (value: number, at: number, width: number): number =>
    head.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "ascii");
  head.write("folder" in entry ? `${entry.path}/` : entry.path, 0, 100, "utf8");
  octal(("mode" in entry ? entry.mode : undefined) ?? 0o755, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  head.fill(" ", 148, 156);
  head.write("linkTo" in entry ? "2" : "folder" in entry ? "5" : "0", 156, "ascii");
  if ("linkTo" in entry) head.write(entry.linkTo, 157, 100, "utf8");
  head.write("ustar\x0000", 257, "ascii");
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "ascii");
  return head;
}
