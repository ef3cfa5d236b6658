/**
 * The members of a tar without its end, so that several can be put one behind the other (POSIX pax: an archive ends
 * with two blocks of zeros). Only headers are looked at; nothing is kept but what a block lacks, and an extended header
 * until it is whole.
 */
const block = 512;
/** As much of an extended header as Go's archive/tar reads, which writes what restic gives: names and attributes. */
const mostRecordBytes = 1024 * 1024;
/** Links, devices, folders and pipes: whatever size their header names, nothing of them follows (as in Go). */
const headersOnly = "123456";
/** These speak of the member behind them: extended headers (POSIX pax), long names (GNU tar). */
const aboutOthers = "xgLK";

export interface Members {
  /** Throws where there should be a header and is none, and when anything follows the end. */
  write: (bytes: Buffer) => Promise<void>;
  /** Throws when the archive has not come to its end. */
  end: () => void;
}

export function onlyMembers(put: (bytes: Buffer) => Promise<void>): Members {
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes of the member at hand that are still to come, filled up to whole blocks. */
  let left = 0;
  /** The size of the next member, where the extended header before it has said it. */
  let said: number | undefined;
  let isOver = false;
  const pass = async (bytes: number): Promise<void> => {
    await put(rest.subarray(0, bytes));
    rest = rest.subarray(bytes);
  };
  /** Passes the header on, an extended one with its records. False while more of it is to come. */
  const passHeader = async (): Promise<boolean> => {
    const { kind, size } = headerIn(rest.subarray(0, block));
    if (kind === "x") {
      if (size > mostRecordBytes) throw new Error(`the archive has an extended header of ${size} bytes`);
      if (rest.length < block + filled(size)) return false;
      said = sizeSaid(rest.subarray(block, block + size)) ?? said;
      await pass(block + filled(size));
      return true;
    }
    left = headersOnly.includes(kind) ? 0 : filled(aboutOthers.includes(kind) ? size : (said ?? size));
    if (!aboutOthers.includes(kind)) said = undefined;
    await pass(block);
    return true;
  };
  return {
    async write(bytes) {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      while (!isOver && rest.length > 0) {
        if (left > 0) {
          const now = Math.min(left, rest.length);
          left -= now;
          await pass(now);
        } else if (rest.length < block) break;
        else if (isZero(rest.subarray(0, block))) isOver = true;
        else if (!(await passHeader())) break;
      }
      if (isOver && !isZero(rest)) throw new Error("the archive goes on behind its end");
      // What is kept must not change when the bytes that came are used again.
      rest = isOver ? Buffer.alloc(0) : Buffer.from(rest);
    },
    end() {
      if (!isOver) throw new Error("the archive ended in the middle");
    },
  };
}

function filled(bytes: number): number {
  return Math.ceil(bytes / block) * block;
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** What kind of member follows, by its letter, and its size. Throws when the checksum is not that of these bytes. */
function headerIn(head: Buffer): { kind: string; size: number } {
  const sum = head.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (octal(head.subarray(148, 156)) !== sum) throw new Error("the archive has no header where one must be");
  const field = head.subarray(124, 136);
  // Octal, or for 8 GiB and more in base 256 with the first bit set (GNU tar); where pax says it, zero stands here.
  const isBinary = ((field[0] ?? 0) & 0x80) !== 0;
  const size = isBinary ? Number(field.subarray(4).readBigUInt64BE()) : octal(field);
  return { kind: head.toString("latin1", 156, 157), size };
}

function octal(field: Buffer): number {
  return Number.parseInt(field.toString("latin1").replace(/[\0 ]+$/, ""), 8) || 0;
}

/**
 * The size that the records of an extended header name for the member behind it. Each is `<length> <key>=<value>` and a
 * line end, and the length is of all of it (POSIX pax). Go's archive/tar writes a size of 8 GiB and more in no other
 * way. Throws when they cannot be read.
 */
function sizeSaid(records: Buffer): number | undefined {
  let size: number | undefined;
  for (let at = 0; at < records.length;) {
    const space = records.indexOf(" ", at);
    const length = records.toString("latin1", at, space);
    const end = at + Number(length);
    const isWhole = space > at && /^[1-9]\d*$/.test(length) && records[end - 1] === 0x0a;
    const isSize = records.toString("latin1", space + 1, space + 6) === "size=";
    const value = isSize ? records.toString("latin1", space + 6, end - 1) : "0";
    if (!isWhole || !/^\d{1,15}$/.test(value))
      throw new Error("the archive has an extended header of no sense");
    if (isSize) size = Number(value);
    at = end;
  }
  return size;
}
