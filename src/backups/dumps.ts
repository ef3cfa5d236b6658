/**
 * How dumps end. A dump that was cut off looks like one, restores like one, and has lost data: only its end tells
 * (pg_dump, mariadb-dump and mysqldump write a last line as long as comments are not switched off).
 */

const headBytes = 4096;
/** pg_dump of 2025 on writes a line `\unrestrict …` after its last words. */
const tailBytes = 4096;

/** Beginning and end of a dump while it goes by. */
export interface DumpEnds {
  head: Buffer;
  tail: Buffer;
  bytes: number;
}

export function dumpEnds(): DumpEnds & { see(bytes: Buffer): void } {
  const ends = {
    head: Buffer.alloc(0) as Buffer,
    tail: Buffer.alloc(0) as Buffer,
    bytes: 0,
    see(bytes: Buffer): void {
      ends.bytes += bytes.length;
      if (ends.head.length < headBytes)
        ends.head = Buffer.concat([ends.head, bytes.subarray(0, headBytes - ends.head.length)]);
      // A copy: what was handed in may be used again.
      ends.tail = Buffer.concat([ends.tail, bytes.subarray(-tailBytes)]).subarray(-tailBytes);
    },
  };
  return ends;
}

const kinds: { begins: RegExp; ends: RegExp; words: string }[] = [
  {
    begins: /^-- PostgreSQL database cluster dump/m,
    ends: /^-- PostgreSQL database cluster dump complete/m,
    words: "PostgreSQL database cluster dump complete",
  },
  {
    begins: /^-- PostgreSQL database dump/m,
    ends: /^-- PostgreSQL database dump complete/m,
    words: "PostgreSQL database dump complete",
  },
  { begins: /^-- (MariaDB|MySQL) dump/m, ends: /^-- Dump completed/m, words: "Dump completed" },
];

/** Why a dump in plain SQL is not whole, in words; null: it is, or it is none that says how it ends. */
export function whyUnfinished({ head, tail, bytes }: DumpEnds): string | null {
  if (bytes === 0) return "it is empty";
  const kind = kinds.find(({ begins }) => begins.test(head.toString("latin1")));
  if (kind === undefined || kind.ends.test(tail.toString("latin1"))) return null;
  return `it does not end with “${kind.words}”`;
}

/** Whether its first lines say that it is a dump whose end is known. */
export function saysHowItEnds({ head }: Pick<DumpEnds, "head">): boolean {
  return kinds.some(({ begins }) => begins.test(head.toString("latin1")));
}

/** Names under which hooks leave dumps. */
export function looksLikeDump(path: string): boolean {
  return /\.(sql|dump|pgdump|pg_dump|psql)(\.gz)?$|\.gz$/i.test(path);
}

/** Custom format of pg_dump (`-Fc`): its first five bytes. */
export const pgCustomMagic = "PGDMP";

/**
 * A shell script that looks at one file, `$1`, and says in words on stdout why it is no whole dump; nothing: it may be
 * one. It runs where the file is, so that dumps are not carried anywhere to be looked at.
 */
export const lookAtDump = `
f="$1"
[ -s "$f" ] || { echo "it is empty"; exit 0; }
case "$f" in
  *.gz)
    gzip -t "$f" 2>/dev/null || { echo "it is no whole gzip file"; exit 0; }
    head_of() { gzip -dc "$f" 2>/dev/null | head -c ${headBytes}; }
    tail_of() { gzip -dc "$f" | tail -c ${tailBytes}; };;
  *)
    head_of() { head -c ${headBytes} "$f"; }
    tail_of() { tail -c ${tailBytes} "$f"; };;
esac
case "$f" in
  *.sql|*.sql.gz|*.psql|*.psql.gz) [ -n "$(head_of | head -c 1 | tr '\\0' '0')" ] || { echo "it is empty"; exit 0; };;
esac
ends_with() { tail_of | grep -q "^-- $1" || echo "it does not end with “$1”"; }
begins_with() { head_of | grep -q "^-- $1"; }
if begins_with "PostgreSQL database cluster dump"; then ends_with "PostgreSQL database cluster dump complete"
elif begins_with "PostgreSQL database dump"; then ends_with "PostgreSQL database dump complete"
elif begins_with "MariaDB dump" || begins_with "MySQL dump"; then ends_with "Dump completed"
else
  case "$f" in *.pgdump|*.pg_dump)
    [ "$(head -c 5 "$f")" = "${pgCustomMagic}" ] || echo "it does not begin as a dump of PostgreSQL in its own format";;
  esac
fi
exit 0`.trim();
