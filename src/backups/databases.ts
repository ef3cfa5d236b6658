/** Databases that Tandem knows, and how they are dumped. */
import type { DatabaseKind } from "./types.ts";

export { databaseIn, holdsDatabases } from "../recipes/index.ts";

export interface DumpProgram {
  /** What people know it by. */
  program: string;
  /** Its name in the snapshot. */
  file: string;
  /** Runs in the database's own container, where its settings are; it prints the dump. */
  argv: string[];
}

/**
 * Passwords are read in the container, from its own environment or secret, and reach the program by its environment: an
 * argument could be seen by everybody who lists processes there.
 */
const mysqlScript = `
read_of() {
  eval "value=\\\${$1:-}"
  eval "file=\\\${$1_FILE:-}"
  if [ -n "$value" ]; then printf %s "$value"; elif [ -n "$file" ]; then cat "$file"; fi
}
MYSQL_PWD="$(read_of MARIADB_ROOT_PASSWORD)"
[ -n "$MYSQL_PWD" ] || MYSQL_PWD="$(read_of MYSQL_ROOT_PASSWORD)"
export MYSQL_PWD
program="$(command -v mariadb-dump || command -v mysqldump)" || {
  echo "there is neither mariadb-dump nor mysqldump" >&2
  exit 127
}
exec "$program" --user=root --all-databases --single-transaction --quick --routines --events --triggers`.trim();

const postgresScript = `
if [ -z "\${POSTGRES_USER:-}" ] && [ -n "\${POSTGRES_USER_FILE:-}" ]; then
  POSTGRES_USER="$(cat "$POSTGRES_USER_FILE")"
fi
exec pg_dumpall --username="\${POSTGRES_USER:-postgres}" --clean --if-exists`.trim();

/** How a database is dumped as a whole, users and rights included, from one moment of it. */
export function dumpProgram(kind: DatabaseKind, service: string): DumpProgram {
  const file = `/dump-${service}.sql`;
  if (kind === "postgres") return { program: "pg_dumpall", file, argv: ["sh", "-c", postgresScript] };
  const program = kind === "mariadb" ? "mariadb-dump" : "mysqldump";
  return { program, file, argv: ["sh", "-c", mysqlScript] };
}
