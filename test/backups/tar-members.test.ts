/** Members of a tar without its end: as restic writes them, of any size, and what is no tar. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { onlyMembers } from "../../src/backups/tar-members.ts";
import { haveProgram, restic } from "../real/debian-program.ts";
import { tarOf } from "../real/docker/tar.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-members-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const hasRestic = haveProgram(restic);
const gib = 1024 ** 3;

/** What is put of this tar, which comes in pieces of so many bytes. */
async function putOf(tar: Buffer, piece: number): Promise<Buffer> {
  const kept: Buffer[] = [];
  const members = onlyMembers((bytes) => Promise.resolve(void kept.push(Buffer.from(bytes))));
  for (let at = 0; at < tar.length; at += piece)
    await members.write(Buffer.from(tar.subarray(at, at + piece)));
  members.end();
  return Buffer.concat(kept);
}

/** A header as Go's archive/tar writes it, with another letter for its kind and these bytes for its size. */
function headerOf(name: string, kind: string, size: string | Buffer): Buffer {
  const head = tarOf([{ path: name, bytes: Buffer.alloc(0) }]).subarray(0, 512);
  head.fill(0, 124, 136);
  if (typeof size === "string") head.write(size.padStart(11, "0"), 124, "latin1");
  else size.copy(head, 124);
  head.write(kind, 156, "latin1");
  return summed(head);
}

function summed(head: Buffer): Buffer {
  head.fill(" ", 148, 156);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return head;
}

/** `<length> <key>=<value>` and a line end; the length counts its own two digits. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  return `${Buffer.byteLength(rest) + 2}${rest}`;
}

/** An extended header with these records, filled up to its block. */
function extended(records: string): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write(records);
  const size = Buffer.byteLength(records).toString(8);
  return Buffer.concat([headerOf("PaxHeaders.0/disk.img", "x", size), bytes]);
}

const behind = tarOf([{ path: "behind.txt", bytes: Buffer.from("behind\n") }]);

/** Listed by GNU tar: a file of 9 GiB with these headers, and what comes behind it. No byte of the 9 GiB is written. */
async function listedWith(headers: Buffer): Promise<string[]> {
  // Not zeros: with its size unread, zeros would be taken for the end.
  const piece = Buffer.alloc(512 * 1024 * 1024);
  piece.write("what a disk holds");
  const file = path.join(folder, "large.tar");
  const out = openSync(file, "w");
  let at = 0;
  const members = onlyMembers((bytes) => {
    if (bytes.buffer !== piece.buffer) writeSync(out, bytes, 0, bytes.length, at);
    at += bytes.length;
    return Promise.resolve();
  });
  await members.write(headers);
  for (let given = 0; given < 9 * gib; given += piece.length) await members.write(piece);
  await members.write(behind);
  members.end();
  ftruncateSync(out, at + 1024);
  closeSync(out);
  const said = execFileSync("tar", ["tvf", file], { encoding: "utf8" });
  const lines = said.trim().split("\n");
  return lines.map((line) =>
    line
      .split(/\s+/)
      .filter((_, n) => n === 2 || n === 5)
      .join(" "),
  );
}

test("a file of 9 GiB comes whole, as restic writes its size and as GNU tar does, and so does what is behind it", async () => {
  const large = [`${9 * gib} disk.img`, "7 behind.txt"];
  const binary = Buffer.alloc(12);
  binary[0] = 0x80;
  binary.writeBigUInt64BE(BigInt(9 * gib), 4);
  expect(await listedWith(headerOf("disk.img", "0", binary))).toEqual(large);
  const bare = headerOf("disk.img", "0", "0");
  // As `restic dump` of 0.14 writes it; other records may stand around it.
  expect(await listedWith(Buffer.concat([extended(record("size", "9663676416")), bare]))).toEqual(large);
  const around = record("path", "a size=1\nb.img") + record("size", "9663676416") + record("mtime", "1.5");
  const more = extended(around);
  expect((await listedWith(Buffer.concat([more, bare])))[0]).toMatch(/^9663676416 /);
});

test("a size counts for the next member only", async () => {
  const [file, end] = [headerOf("b", "0", "0"), Buffer.alloc(1024)];
  const tar = Buffer.concat([extended(record("size", "600")), file, Buffer.alloc(1024, "b"), file, end]);
  expect((await putOf(tar, 700)).equals(tar.subarray(0, -1024))).toBe(true);
});

test.skipIf(!hasRestic)("what restic dumps is the same without its end, however it comes", async () => {
  const data = path.join(folder, "data");
  const deep = path.join(data, "größe-日本語", ...Array.from({ length: 6 }, (_, n) => `${n}`.repeat(60)));
  mkdirSync(deep, { recursive: true });
  writeFileSync(path.join(deep, "минуты.txt"), "minutes\n");
  writeFileSync(path.join(data, "random"), crypto.getRandomValues(new Uint8Array(60_001)));
  writeFileSync(path.join(data, "zeros"), Buffer.alloc(5000));
  linkSync(path.join(data, "random"), path.join(data, "same"));
  symlinkSync(deep, path.join(data, "link"));
  const env = {
    ...process.env,
    RESTIC_PASSWORD: "words",
    RESTIC_REPOSITORY: path.join(folder, "repository"),
  };
  const options = { env, cwd: data, maxBuffer: 16 * 1024 * 1024 };
  for (const words of [["init"], ["backup", "."]])
    execFileSync(restic.file, ["--no-cache", "-q", ...words], options);
  const tar = execFileSync(restic.file, ["--no-cache", "dump", "latest", "/"], options);
  // It does write extended headers for these names.
  expect(tar.includes("PaxHeaders.0/")).toBe(true);
  for (const piece of [100, 1000, 32_768, tar.length])
    expect((await putOf(tar, piece)).equals(tar.subarray(0, -1024))).toBe(true);
  const back = path.join(folder, "back");
  mkdirSync(back);
  const twice = Buffer.concat([await putOf(tar, 999), await putOf(behind, 999), Buffer.alloc(1024)]);
  execFileSync("tar", ["xf", "-", "-C", back], { input: twice });
  execFileSync("diff", ["-r", "--no-dereference", data, back, "--exclude=behind.txt"]);
  expect(readFileSync(path.join(back, "behind.txt"), "utf8")).toBe("behind\n");
});

test("an archive that ends in the middle of a file, or before its end, is no archive", async () => {
  const tar = tarOf([{ path: "a", bytes: Buffer.alloc(2000, "a") }]);
  for (const cut of [100, 1100, tar.length - 1024])
    await expect(putOf(tar.subarray(0, cut), 500)).rejects.toThrow("ended in the middle");
  expect((await putOf(tar, 1100)).equals(tar.subarray(0, -1024))).toBe(true);
});

test("what follows the end, and what is no header, is told and never left out", async () => {
  const zeros = Buffer.concat([behind, Buffer.alloc(8192)]);
  expect((await putOf(zeros, 1000)).equals(behind.subarray(0, -1024))).toBe(true);
  for (const piece of [512, 700, 1e6])
    await expect(putOf(Buffer.concat([behind, behind]), piece)).rejects.toThrow("goes on behind its end");
  const words = Buffer.alloc(1024, "no header");
  await expect(putOf(Buffer.concat([behind.subarray(0, 1024), words]), 300)).rejects.toThrow("no header");
});

test("an extended header that cannot be read is no header", async () => {
  const bad = [
    "19 size=9663676416",
    "0 size=1\n",
    "99 size=1\n",
    "size=1\n",
    "9 size=x\n",
    "10 size=-1\n",
    "-1 a=b\n",
  ];
  for (const records of bad) await expect(putOf(extended(records), 512)).rejects.toThrow("of no sense");
  const long = headerOf("PaxHeaders.0/a", "x", (2 * 1024 * 1024).toString(8));
  await expect(putOf(long, 512)).rejects.toThrow("extended header of 2097152 bytes");
});
