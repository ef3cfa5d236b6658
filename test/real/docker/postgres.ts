/**
 * A PostgreSQL app as recipes of Co-op Cloud have them (facts: the pattern of bonfire): the hook before a backup writes
 * `backup.sql` into the volume, only that file is backed up, the hook after a restore replays it. The image is made
 * from Debian's own programs and begins as the official one does: it makes a database where there is none, and refuses
 * a folder in which something else lies.
 */
import type Docker from "dockerode";
import { imageOfPrograms } from "./programs.ts";

const version = "15";
export const postgresFolder = `/usr/lib/postgresql/${version}`;

const entrypoint = `#!/bin/sh
set -e
export PGDATA=/var/lib/postgresql/data
mkdir -p "$PGDATA" /var/run/postgresql
chown -R postgres:postgres /var/lib/postgresql /var/run/postgresql
chmod 700 "$PGDATA"
as() { su -s /bin/sh postgres -c "export PATH=$PATH PGDATA=$PGDATA; $1"; }
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  cp "$POSTGRES_PASSWORD_FILE" /tmp/password; chown postgres /tmp/password
  as "initdb --no-sync --locale=C --encoding=UTF8 --username=$POSTGRES_USER --pwfile=/tmp/password --auth-host=scram-sha-256 --auth-local=trust"
  rm /tmp/password
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  as "echo 'create database $POSTGRES_DB' | postgres --single -j -D $PGDATA postgres" > /dev/null
fi
exec su -s /bin/sh postgres -c "export PATH=$PATH; exec postgres -D $PGDATA -c listen_addresses='*' -c fsync=off -c shared_buffers=16MB"
`;

/** As the recipe brings it, in a config. */
export const pgBackup = `#!/bin/sh
set -e
file=/var/lib/postgresql/data/backup.sql
backup() {
  pg_dump -U "$POSTGRES_USER" "$POSTGRES_DB" > "$file"
}
restore() {
  psql -q -U "$POSTGRES_USER" -d postgres -c "DROP DATABASE \\"$POSTGRES_DB\\" WITH (FORCE);"
  psql -q -U "$POSTGRES_USER" -d postgres -c "CREATE DATABASE \\"$POSTGRES_DB\\";"
  psql -q -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v ON_ERROR_STOP=1 -1 -f "$file" > /dev/null
}
$@
`;

/** `\${…}` stay for the recipe's settings. The app waits for the database, with the password that it was given. */
export const postgresCompose = `version: "3.8"
services:
  app:
    image: \${DB_IMAGE}
    command:
      - /bin/sh
      - -c
      - |
        trap 'exit 0' TERM
        until PGPASSWORD="$$(cat /run/secrets/db_password)" psql -h \${STACK_NAME}_db -U app -d app -c 'select 1'; do sleep 1; done
        echo up > /tmp/up
        while true; do sleep 1; done
    secrets: [db_password]
    stop_grace_period: 1s
    networks: [internal]
    volumes: [files:/files]
    healthcheck: { test: [CMD, test, -f, /tmp/up], interval: 1s, timeout: 2s, retries: 60, start_period: 1s }
    deploy:
      endpoint_mode: dnsrr
      restart_policy: { delay: 1s }
      labels:
        - backupbot.backup=true
        - backupbot.backup.volumes.db.path=backup.sql
        - coop-cloud.\${STACK_NAME}.version=1.0.0+15.0.0
        - traefik.enable=true
        - traefik.http.routers.\${STACK_NAME}.rule=Host(\`\${DOMAIN}\`)
  db:
    image: \${DB_IMAGE}
    command: [/bin/sh, /entrypoint.sh]
    environment: [POSTGRES_USER=app, POSTGRES_DB=app, POSTGRES_PASSWORD_FILE=/run/secrets/db_password]
    secrets: [db_password]
    stop_grace_period: 5s
    networks: [internal]
    volumes: [db:/var/lib/postgresql/data]
    configs: [{ source: pg_backup, target: /pg_backup.sh, mode: 0555 }]
    healthcheck: { test: [CMD, pg_isready, -q, -U, app, -h, 127.0.0.1], interval: 1s, timeout: 5s, retries: 60, start_period: 1s }
    deploy:
      endpoint_mode: dnsrr
      restart_policy: { delay: 1s }
      labels:
        backupbot.backup.pre-hook: /pg_backup.sh backup
        backupbot.restore.post-hook: /pg_backup.sh restore
networks: { internal: {} }
volumes: { db: {}, files: {} }
configs:
  pg_backup: { name: "\${STACK_NAME}_pg_backup_v1", file: pg_backup.sh }
secrets:
  db_password: { external: true, name: "\${STACK_NAME}_db_password_\${SECRET_DB_PASSWORD_VERSION}" }
`;

const hooks = `      labels:
        backupbot.backup.pre-hook: /pg_backup.sh backup
        backupbot.restore.post-hook: /pg_backup.sh restore
`;

/** The recipe's files, for images under these names. `isBare`: without hooks, so that Tandem dumps it itself. */
export function postgresRecipe(image: string, { isBare = false } = {}): Record<string, string> {
  const path = "        - backupbot.backup.volumes.db.path=backup.sql\n";
  return {
    "compose.yml": isBare ? postgresCompose.replace(path, "").replace(hooks, "") : postgresCompose,
    ".env.sample": `DOMAIN=pg.example.com\nDB_IMAGE=${image}\nSECRET_DB_PASSWORD_VERSION=v1 # length=24\n`,
    "pg_backup.sh": pgBackup,
  };
}

/** It answers; over TCP, where it listens only when its database has been made. */
export const postgresHealth = (user: string): object => ({
  test: ["CMD", "pg_isready", "-q", "-U", user, "-h", "127.0.0.1"],
  ...{ interval: "1s", timeout: "5s", retries: 60, start_period: "1s" },
});

export async function makePostgres(docker: Docker, image: string): Promise<void> {
  const bin = (name: string): string => `${postgresFolder}/bin/${name}`;
  const text = (path: string, content: string, mode = 0o644) => ({ path, bytes: Buffer.from(content), mode });
  await imageOfPrograms(
    docker,
    image,
    ["postgres", "initdb", "psql", "pg_dump", "pg_dumpall", "pg_isready"].map(bin),
    {
      folders: [
        `/usr/share/postgresql/${version}`,
        `${postgresFolder}/lib/plpgsql.so`,
        `${postgresFolder}/lib/dict_snowball.so`,
      ],
      files: [
        text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\npostgres:x:70:70:p:/var/lib/postgresql:/bin/sh\n"),
        text("etc/group", "root:x:0:\npostgres:x:70:\n"),
        text("entrypoint.sh", entrypoint, 0o755),
        { path: "usr/share/zoneinfo", folder: true },
        { path: "dev/shm", folder: true, mode: 0o777 },
        ...["postgres", "initdb", "psql", "pg_dump", "pg_dumpall", "pg_isready"].map((name) => ({
          path: `bin/${name}`,
          linkTo: bin(name),
        })),
      ],
    },
  );
}
