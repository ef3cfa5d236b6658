/** Databases that are known by their images: whose files, read while it writes, are no backup. */

export type DatabaseKind = "postgres" | "mariadb" | "mysql";

/** Last part of the image's name. Those without a kind are known, and Tandem has no dump for them. */
const images: readonly [RegExp, DatabaseKind | null][] = [
  [/^(postgres|postgresql|postgis|pgvector|pgvecto-rs|timescaledb(-ha)?)$/, "postgres"],
  [/^mariadb$/, "mariadb"],
  [/^(mysql|mysql-server|percona|percona-server)$/, "mysql"],
  [/^(mongo|mongodb|couchdb|influxdb|cassandra|neo4j|elasticsearch|opensearch|clickhouse(-server)?)$/, null],
];

/** Where the images of each keep what a dump stands for. */
const dataFolders: Record<DatabaseKind, RegExp> = {
  postgres:
    /^\/(var\/lib\/postgresql(\/data(\/.*)?|\/\d+(\/.*)?)?|bitnami\/postgresql|home\/postgres\/pgdata(\/data)?)$/,
  mariadb: /^\/(var\/lib\/mysql|bitnami\/mariadb)$/,
  mysql: /^\/(var\/lib\/mysql|bitnami\/mysql)$/,
};

/** Whether a volume that is mounted there holds the databases themselves, and no archive or settings beside them. */
export function holdsDatabases(kind: DatabaseKind, target: string): boolean {
  return dataFolders[kind].test(target.replace(/\/+$/, ""));
}

/** The database in an image such as `docker.io/library/postgres:16@sha256:…`; undefined: none that is known. */
export function databaseIn(image: string): { name: string; kind: DatabaseKind | null } | undefined {
  const [path = ""] = image.split("@");
  const name = (path.split("/").at(-1) ?? "").replace(/:.*$/, "").toLowerCase();
  const found = images.find(([pattern]) => pattern.test(name));
  return found === undefined ? undefined : { name, kind: found[1] };
}
