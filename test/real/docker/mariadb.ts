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

/** A recipe without hooks, so that Tandem dumps it itself; of images under this name. */
export function mariadbRecipe(image: string): Record<string, string> {
  const deploy = { endpoint_mode: "dnsrr", restart_policy: { delay: "1s" } };
  const common = { image: "${DB_IMAGE}", stop_grace_period: "1s", networks: ["internal"] };
  const labels = ["backupbot.backup=true", "coop-cloud.${STACK_NAME}.version=1.0.0+15.0.0"];
  const compose = {
    version: "3.8",
    services: {
      app: {
        ...{ ...common, command: ["/bin/sh", "-c", "exec sleep 100000"], volumes: ["files:/files"] },
        deploy: { ...deploy, labels },
      },
      db: {
        ...{ ...common, command: ["/bin/sh", "-c", mariadbScript], volumes: [`db:${mariadbFolder}`] },
        environment: ["MARIADB_ROOT_PASSWORD_FILE=/run/secrets/db_password"],
        ...{ secrets: ["db_password"], healthcheck: mariadbHealth, deploy },
      },
    },
    networks: { internal: {} },
    volumes: { db: {}, files: {} },
    secrets: {
      db_password: { external: true, name: "${STACK_NAME}_db_password_${SECRET_DB_PASSWORD_VERSION}" },
    },
  };
  return {
    "compose.yml": JSON.stringify(compose),
    ".env.sample": `DOMAIN=maria.example.com\nDB_IMAGE=${image}\nSECRET_DB_PASSWORD_VERSION=v1 # length=24\n`,
  };
}

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
