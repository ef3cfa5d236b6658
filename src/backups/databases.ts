/** Databases that Tandem knows: how their images are called, how they are dumped, and how such a dump ends. */
import type { DatabaseKind } from "./types.ts";

/** Last part of the image's name. Those without a kind are known, and Tandem has no dump for them. */
const images: readonly [RegExp, DatabaseKind | null][] = [
  [/^(postgres|postgresql|postgis|pgvector|pgvecto-rs|timescaledb(-ha)?)$/, "postgres"],
  [/^mariadb$/, "mariadb"],
  [/^(mysql|mysql-server|percona|percona-server)$/, "mysql"],
  [/^(mongo|mongodb|couchdb|influxdb|cassandra|neo4j|elasticsearch|opensearch|clickhouse(-server)?)$/, null],
];

/** The database in an image such as `docker.io/library/postgres:16@sha256:…`; undefined: none that is known. */
export function databaseIn(image: string): { name: string; kind: DatabaseKind | null } | undefined {
  const [path = ""] = image.split("@");
  const name = (path.split("/").at(-1) ?? "").replace(/:.*$/, "").toLowerCase();
  const found = images.find(([pattern]) => pattern.test(name));
  return found === undefined ? undefined : { name, kind: found[1] };
}

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
read_of() { eval "value=\\\${$1:-}"; eval "file=\\\${$1_FILE:-}"; if [ -n "$value" ]; then printf %s "$value"; elif [ -n "$file" ]; then cat "$file"; fi; }
MYSQL_PWD="$(read_of MARIADB_ROOT_PASSWORD)"
[ -n "$MYSQL_PWD" ] || MYSQL_PWD="$(read_of MYSQL_ROOT_PASSWORD)"
export MYSQL_PWD
program="$(command -v mariadb-dump || command -v mysqldump)" || { echo "there is neither mariadb-dump nor mysqldump" >&2; exit 127; }
exec "$program" --user=root --all-databases --single-transaction --quick --routines --events --triggers`.trim();

const postgresScript = `
if [ -z "\${POSTGRES_USER:-}" ] && [ -n "\${POSTGRES_USER_FILE:-}" ]; then POSTGRES_USER="$(cat "$POSTGRES_USER_FILE")"; fi
exec pg_dumpall --username="\${POSTGRES_USER:-postgres}" --clean --if-exists`.trim();

/** How a database is dumped as a whole, users and rights included (facts: mariadb-dump --single-transaction --quick). */
export function dumpProgram(kind: DatabaseKind, service: string): DumpProgram {
  const file = `/dump-${service}.sql`;
  if (kind === "postgres") return { program: "pg_dumpall", file, argv: ["sh", "-c", postgresScript] };
  const program = kind === "mariadb" ? "mariadb-dump" : "mysqldump";
  return { program, file, argv: ["sh", "-c", mysqlScript] };
}
