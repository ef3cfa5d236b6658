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

/** How the names of dumps end; each may have `.gz` behind it. */
const dumpEndings = ["sql", "psql", "dump", "pgdump", "pg_dump"];
const dumpName = new RegExp(`\\.(${dumpEndings.join("|")})(\\.gz)?$`, "i");

/** Names under which hooks leave dumps. */
export function looksLikeDump(path: string): boolean {
  return dumpName.test(path) || /\.gz$/i.test(path);
}

/** As `looksLikeDump`, without what is packed and need not be a database's, such as an archive of folders. */
export function looksLikeDatabaseDump(path: string): boolean {
  return looksLikeDump(path) && !/\.(tar|cpio)\.gz$/i.test(path);
}

/** For `find`: the names by which a dump is known among other files. */
export const namedAsDump = dumpEndings
  .flatMap((ending) => [`-name '*.${ending}'`, `-name '*.${ending}.gz'`])
  .join(" -o ");

/** Custom format of pg_dump (`-Fc`): its first five bytes. */
export const pgCustomMagic = "PGDMP";

/** Of an empty database it is 855 bytes long (PostgreSQL 15); the head alone is half as long as this. */
const leastCustomBytes = 256;

/**
 * A shell script that looks at one file, `$1`, and says in words on stdout why it is no whole dump; nothing: it ends as
 * its kind ends, or is no dump; `?`: it may be one, and its end does not say whether it is whole. With `kind` as `$2`
 * it says whether its first bytes are those of a dump. It runs where the file is, so that dumps are not carried
 * anywhere to be looked at.
 *
 * The custom format of pg_dump ends with a length of 0, five NUL bytes (pg_backup_custom.c: `_EndData`, `_EndLOs`; one
 * without data with an offset of 0). One that ends otherwise was cut off. One that ends so may still be: between the
 * data of two tables are the same bytes.
 */
export const lookAtDump = `
f="$1"
no() { echo "$1"; exit 0; }
case "$f" in
  *.gz)
    head_of() { gzip -dc "$f" 2>/dev/null | head -c ${headBytes}; }
    tail_of() { gzip -dc "$f" | tail -c ${tailBytes}; };;
  *)
    head_of() { head -c ${headBytes} "$f"; }
    tail_of() { tail -c ${tailBytes} "$f"; };;
esac
begins_with() { head_of | grep -q "^-- $1"; }
last=; custom=
if begins_with "PostgreSQL database cluster dump"; then last="PostgreSQL database cluster dump complete"
elif begins_with "PostgreSQL database dump"; then last="PostgreSQL database dump complete"
elif begins_with "MariaDB dump" || begins_with "MySQL dump"; then last="Dump completed"
elif [ "$(head_of | head -c 5 | tr '\\0' '0')" = "${pgCustomMagic}" ]; then custom=yes
fi
if [ "$2" = kind ]; then
  [ -z "$last$custom" ] || echo dump
  exit 0
fi
[ -s "$f" ] || no "it is empty"
case "$f" in *.gz) gzip -t "$f" 2>/dev/null || no "it is no whole gzip file";; esac
case "\${f%.gz}" in ${dumpEndings.map((ending) => `*.${ending}`).join("|")})
  [ -n "$(head_of | head -c 1 | tr '\\0' '0')" ] || no "it is empty";;
esac
if [ -n "$last" ]; then
  tail_of | grep -q "^-- $last" || no "it does not end with “$last”"
elif [ -n "$custom" ]; then
  end="$(tail_of | tail -c ${leastCustomBytes} | tr -c '\\0' a | tr '\\0' z)"
  [ "\${#end}" -eq ${leastCustomBytes} ] || no "it is too short for a dump of PostgreSQL in its own format"
  case "$end" in *zzzzz) echo "?";; *) no "it breaks off in the middle of its data";; esac
else
  case "\${f%.gz}" in
    *.pgdump|*.pg_dump) no "it does not begin as a dump of PostgreSQL in its own format";;
    *.sql|*.psql|*.dump) echo "?";;
  esac
fi
exit 0`.trim();
