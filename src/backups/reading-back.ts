/** What reads a dump back into the database that it was taken from, inside its own container. */
import type { DatabaseKind } from "./types.ts";

/** Passwords are read in the container and reach the program by its environment: arguments are seen by everybody. */
const mysqlScript = `
read_of() {
  eval "value=\\\${$1:-}"; eval "file=\\\${$1_FILE:-}"
  if [ -n "$value" ]; then printf %s "$value"; elif [ -n "$file" ]; then cat "$file"; fi
}
MYSQL_PWD="$(read_of MARIADB_ROOT_PASSWORD)"
[ -n "$MYSQL_PWD" ] || MYSQL_PWD="$(read_of MYSQL_ROOT_PASSWORD)"
export MYSQL_PWD
program="$(command -v mariadb || command -v mysql)" || { echo "there is neither mariadb nor mysql" >&2; exit 127; }
exec "$program" --user=root`.trim();

const postgresScript = `
if [ -z "\${POSTGRES_USER:-}" ] && [ -n "\${POSTGRES_USER_FILE:-}" ]; then
  POSTGRES_USER="$(cat "$POSTGRES_USER_FILE")"
fi
exec psql --quiet --no-psqlrc --username="\${POSTGRES_USER:-postgres}" --dbname=postgres --output=/dev/null`.trim();

/** The words of the program; the dump comes on its standard input, then `lastWords`. */
export function readBackWords(kind: DatabaseKind): string[] {
  return ["sh", "-c", kind === "postgres" ? postgresScript : mysqlScript];
}

/**
 * What follows a dump once it has come whole. MariaDB goes on with the accounts of before until it is told to look at
 * those that came with the dump; told so after half of them, it might let nobody in who reads the dump once more.
 */
export function lastWords(kind: DatabaseKind): string {
  return kind === "postgres" ? "" : "\nFLUSH PRIVILEGES;\n";
}

/**
 * A dump of a whole PostgreSQL cluster begins by removing what is there, and the role that reads it in can neither be
 * removed nor made again: these complaints are expected, and psql goes on. Every other one is a failure. It is read
 * into the database `postgres`, as PostgreSQL's manual wants it of dumps made with `--clean`: template1 is removed and
 * made anew first, and nobody may be in it then.
 */
const expected = [
  /current user cannot be dropped/,
  /role "[^"]*" already exists/,
  /cannot drop the currently open database/,
  /role "[^"]*" cannot be dropped because some objects depend on it/,
  /cannot drop a template database/,
];

/** What went wrong while a dump was read back, by the last words of the program; null: nothing. */
export function readBackFailure(
  kind: DatabaseKind,
  ended: { exitCode: number; stderr: string },
): string | null {
  const lines = ended.stderr.split("\n").map((line) => line.trim());
  if (ended.exitCode !== 0) return lines.findLast((line) => line !== "") ?? "it did not say why";
  if (kind !== "postgres") return null;
  const errors = lines.filter((line) => /\b(ERROR|FATAL|PANIC):/.test(line));
  return errors.find((line) => !expected.some((pattern) => pattern.test(line))) ?? null;
}
