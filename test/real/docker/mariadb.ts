/**
 * A MariaDB as the official image has it, made from Debian's own programs: it makes its system tables and the password
 * of root where there are none, and has the tools beside it that dump it and read a dump back.
 */
import type Docker from "dockerode";
import { imageOfPrograms } from "./programs.ts";

const tables = "/usr/share/mysql";
/** Where its image keeps its databases. */
export const mariadbFolder = "/var/lib/mysql";

const settings = `--no-defaults --user=root --datadir=${mariadbFolder} --innodb-buffer-pool-size=16M --skip-log-bin`;
const flushSeldom = "--innodb-flush-log-at-trx-commit=0 --innodb-log-file-size=4M";

/** In bootstrap the server reads one statement a line. */
const entrypoint = `#!/bin/sh
set -e
if [ ! -d ${mariadbFolder}/mysql ]; then
  {
    echo "create database mysql;"
    echo "use mysql;"
    cat ${tables}/mysql_system_tables.sql ${tables}/mysql_performance_tables.sql \\
      ${tables}/mysql_system_tables_data.sql ${tables}/maria_add_gis_sp_bootstrap.sql ${tables}/mysql_sys_schema.sql
    echo "flush privileges;"
    echo "alter user root@localhost identified by '$(cat "$MARIADB_ROOT_PASSWORD_FILE")';"
  } | mariadbd ${settings} --bootstrap ${flushSeldom}
fi
exec mariadbd ${settings} ${flushSeldom} --skip-networking --socket=/run/mysqld/mysqld.sock
`;

/** How it is started: its volume is mounted at `mariadbFolder`. */
export const mariadbScript = "exec /bin/sh /entrypoint.sh";
/** It answers, whoever asks. */
export const mariadbHealth = {
  test: ["CMD-SHELL", "mariadb-admin --socket=/run/mysqld/mysqld.sock ping"],
  ...{ interval: "1s", timeout: "5s", retries: 60, start_period: "1s" },
};

export async function makeMariadb(docker: Docker, image: string): Promise<void> {
  const programs = ["mariadb", "mariadb-dump", "mariadb-admin"].map((name) => `/usr/bin/${name}`);
  const sql = [
    ...["mysql_system_tables", "mysql_performance_tables", "mysql_system_tables_data"],
    ...["maria_add_gis_sp_bootstrap", "mysql_sys_schema"],
  ];
  await imageOfPrograms(docker, image, ["/usr/sbin/mariadbd", ...programs], {
    folders: [...[`${tables}/english`, `${tables}/charsets`], ...sql.map((name) => `${tables}/${name}.sql`)],
    files: [
      { path: "etc/passwd", bytes: Buffer.from("root:x:0:0:root:/root:/bin/sh\n") },
      { path: "entrypoint.sh", bytes: Buffer.from(entrypoint), mode: 0o755 },
      { path: "bin/mariadbd", linkTo: "/usr/sbin/mariadbd" },
      { path: "run/mysqld", folder: true, mode: 0o755 },
    ],
  });
}
