/**
 * The members of a tar without its end, so that several can be put one behind the other (POSIX pax: an archive ends
 * with two blocks of zeros). Only headers are looked at; nothing is kept but what a block lacks.
 */
const block = 512;

export interface Members {
  write: (bytes: Buffer) => Promise<void>;
  /** Throws when the archive ended in the middle of a member. */
  end: () => void;
}

export function onlyMembers(put: (bytes: Buffer) => Promise<void>): Members {
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes of the member at hand that are still to come, filled up to whole blocks. */
  let left = 0;
  let isOver = false;
  return {
    async write(bytes) {
      if (isOver) return;
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      while (rest.length > 0) {
        if (left > 0) {
          const now = rest.subarray(0, left);
          await put(now);
          left -= now.length;
          rest = rest.subarray(now.length);
          continue;
        }
        if (rest.length < block) break;
        const head = rest.subarray(0, block);
        if (head.every((byte) => byte === 0)) {
          isOver = true;
          rest = Buffer.alloc(0);
          return;
        }
        left = Math.ceil(sizeIn(head) / block) * block;
        await put(head);
        rest = rest.subarray(block);
      }
      // What is kept must not change when the bytes that came are used again.
      rest = Buffer.from(rest);
    },
    end() {
      if (left > 0 || rest.length > 0) throw new Error("the archive ended in the middle of a file");
    },
  };
}

/** Octal, or for 8 GB and more in base 256 with the first bit set (GNU tar). */
function sizeIn(head: Buffer): number {
  const field = head.subarray(124, 136);
  if (((field[0] ?? 0) & 0x80) === 0)
    return Number.parseInt(field.toString("latin1").replace(/[\0 ]+$/, ""), 8) || 0;
  return Number(field.subarray(4).readBigUInt64BE());
}
