/**
 * The house killed at every step with a PostgreSQL and a MariaDB that it dumps itself, because their recipe does not:
 * the dumps are streamed into the repository and out of it again, into the app, a drill, and a new app on a second
 * server over SSH. All rows are compared. There is one engine here: the second server is the same one behind a real sshd.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databaseFolder } from "./backups/house.ts";
import { haveProgram, mariadb, mariadbDump, postgres, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { makeMariadb, mariadbFolder, mariadbHealth, mariadbScript } from "./docker/mariadb.ts";
import { makePostgres, postgresHealth } from "./docker/postgres.ts";
import { expectCuts, of } from "./killing/cuts.ts";
import { KillHouse, stackOf, type ProvenBackup } from "./killing/house.ts";
import { both, stackWith } from "./killing/left.ts";
import { haveSshd, startSshd, type TestSshd } from "./ssh/sshd.ts";

const programs = [restic, postgres, mariadb, mariadbDump];
const isReady = haveSshd() && programs.every(haveProgram);
const docker = isReady ? await useDocker({ images: false }) : undefined;

const compose = (image: string, database: string, maria: string): string => `version: "3.8"
services:
  app:
    image: ${image}
    command: ["/bin/sh", "-c", "exec sleep 100000"]
    stop_grace_period: 1s
    healthcheck: { test: [CMD, test, -d, /data], interval: 1s, timeout: 5s, retries: 60 }
    volumes: [data:/data]
    deploy:
      endpoint_mode: dnsrr
      restart_policy: { delay: 1s }
      labels:
        backupbot.backup: "true"
        coop-cloud.\${STACK_NAME}.version: 1.0.0+1.0.0
  db:
    image: ${database}
    command: ["/bin/sh", "/entrypoint.sh"]
    environment: [POSTGRES_USER=boss, POSTGRES_DB=notes, POSTGRES_PASSWORD_FILE=/run/secrets/key]
    stop_grace_period: 5s
    healthcheck: ${JSON.stringify(postgresHealth("boss"))}
    volumes: ["rows:${databaseFolder}"]
    secrets: [key]
    deploy: { endpoint_mode: dnsrr, restart_policy: { delay: 1s } }
  maria:
    image: ${maria}
    command: ["/bin/sh", "-c", "${mariadbScript}"]
    environment: ["MARIADB_ROOT_PASSWORD_FILE=/run/secrets/key", "OF=\${STACK_NAME}"]
    stop_grace_period: 5s
    healthcheck: ${JSON.stringify(mariadbHealth)}
    volumes: ["tables:${mariadbFolder}"]
    secrets: [key]
    deploy: { endpoint_mode: dnsrr, restart_policy: { delay: 1s } }
volumes: { data: {}, rows: {}, tables: {} }
secrets:
  key: { external: true, name: "\${STACK_NAME}_key_\${SECRET_KEY_VERSION}" }
`;

describe.skipIf(docker === undefined)("dumps, killed at every step", { timeout: 600_000 }, () => {
  if (docker === undefined) return;
  const database = `tandem.test/${docker.prefix}db/postgres:15`;
  const maria = `tandem.test/${docker.prefix}db/mariadb:10.11`;
  const other = `${docker.stackName("new")}.example.coop`;
  let house: KillHouse;
  let sshd: TestSshd;

  beforeAll(async () => {
    sshd = await startSshd();
    await makePostgres(docker.docker, database);
    await makeMariadb(docker.docker, maria);
    house = await KillHouse.open(docker, { of: "dump", compose: (image) => compose(image, database, maria) });
    const { port, user, keyFile } = sshd;
    await house.done(`server add far 127.0.0.1 --port ${port} --user ${user} --key-file ${keyFile}`, "far");
    // Its folder is at hand on both, because they are one machine.
    await house.rows("update backup_repository set server = null returning name");
    await house.said(`backup policy ${house.app} --dumps on`);
    await house.sh("echo old > /data/words");
    await sql(`create table notes (id int primary key, words text, at timestamptz default clock_timestamp());
      insert into notes (id, words) select n, 'Grüße 🚲 ' || md5(random()::text) from generate_series(1, 500) n;
      create role reader login password 'the reader''s own';
      grant select on notes to reader;`);
    await inMaria(`create database app character set utf8mb4;
      use app;
      create table notes (id int primary key, words varchar(80), bytes blob, at datetime(6) default now(6)) engine=InnoDB;
      insert into notes (id, words, bytes) select seq, concat('Grüße 🚲 ', md5(rand())), unhex(md5(rand())) from seq_1_to_500;
      create procedure counted() select count(*) from notes;
      create user app@localhost identified by 'the app''s own';
      grant all on app.* to app@localhost;`);
    before = await everything();
    expect(before.split("\n")).toHaveLength(502 + 504);
  }, 240_000);
  afterAll(async () => {
    await house.stop(other);
    for (const one of [database, maria]) await docker.docker.getImage(one).remove({ force: true });
    await sshd.stop();
    await docker.stop();
  }, 240_000);

  const sql = (words: string, app = house.app): Promise<string> =>
    house.sh(`psql -qAt -v ON_ERROR_STOP=1 -U boss -d notes <<'EOF'\n${words}\nEOF`, { service: "db", app });
  const inMaria = (words: string, app = house.app): Promise<string> =>
    house.sh(
      `MYSQL_PWD="$(cat /run/secrets/key)" mariadb --no-defaults --default-character-set=utf8mb4 -BN --user=root <<'EOF'\n${words}\nEOF`,
      { service: "maria", app },
    );
  /** Of both databases all rows, a role with its password, and what it may. */
  const everything = async (app = house.app): Promise<string> => {
    const tables = await inMaria(
      `select id, words, hex(bytes), at from app.notes order by id;
        show tables in app; show grants for app@localhost; select name from mysql.proc where db = 'app';`,
      app,
    );
    const rows = await sql(
      `select id, words, at from notes order by id;
        select rolname, rolcanlogin, rolpassword from pg_authid where rolname !~ '^pg_' and rolname <> 'boss' order by 1;
        select relname, relacl from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1;`,
      app,
    );
    return `${rows}\n${tables}`;
  };
  const dumpOf = (parts: ProvenBackup["parts"], service: string): string => {
    const part = parts.find((one) => one.service === service);
    return house.restic("dump", part?.id ?? "", `/dump-${service}.sql`);
  };
  const running = (app: string) =>
    stackWith(stackOf(app), { services: ["app", "db", "maria"], volumes: ["data", "rows", "tables"] });
  let before = "";
  let taken = "";

  it("is taken once, whole, while its databases run on", async () => {
    const untouched = [await house.containers(), await house.specs()];
    const run = await house.killed(`app backup ${house.app}`, {
      during: ["take what must run", "take"],
      whileRuns: ["mariadb-dump"],
    });
    expect(run.runs, run.problem?.happened).toEqual(["backup done", "take-backup done"]);
    expectCuts(run, of("take-backup", "plan", "begin", "take what must run", "take", "prove"));
    expect(run.during).toEqual(of("take-backup", "take what must run", "take"));
    await house.expectOnly(running(house.app));
    expect([await house.containers(), await house.specs()]).toEqual(untouched);
    expect(await everything()).toBe(before);
    const { id, parts } = await house.proven();
    taken = id;
    expect(parts.map(({ kind }) => kind)).toEqual(["dump", "dump", "volumes"]);
    expect(parts.map(({ id }) => id).toSorted()).toEqual(house.snapshots());
    expect(house.filesIn(parts[2]?.id ?? "")).toEqual(["words"]);
    const dump = dumpOf(parts, "db");
    expect(dump.split("\n").filter((line) => line.includes("Grüße 🚲"))).toHaveLength(500);
    expect(dump.split("\n").at(-2)).toBe("-- PostgreSQL database cluster dump complete");
    const tables = dumpOf(parts, "maria");
    expect(tables.match(/Grüße 🚲/gu)).toHaveLength(500);
    expect(tables.trimEnd().split("\n").at(-1)).toMatch(/^-- Dump completed/);
  });

  it("is restored row by row, and the present is kept", async () => {
    const specs = await house.specs();
    await house.sh("echo new > /data/words");
    await sql("delete from notes where id > 5; insert into notes values (9999, 'later'); create role later;");
    await sql("create table later (n int);");
    await inMaria(`use app; delete from notes where id > 5; insert into notes (id, words) values (9999, 'later');
      drop user app@localhost; drop procedure counted; create table later (id int);`);
    // How a backup is killed stands above.
    const present = ["begin", "take what must run", "take", "prove"];
    const run = await house.killed(`app restore ${house.app} ${taken}`, {
      spared: present,
      during: ["fill the volumes", "replay"],
      whileRuns: ["mariadb"],
    });
    expect(run.runs, run.problem?.happened).toEqual([
      "restore done",
      "take-backup done",
      "restore-data done",
    ]);
    expectCuts(
      run,
      [
        ...of("restore", "plan", "check the plan"),
        ...of("take-backup", "plan"),
        ...of("restore-data", "look", "look for room", "run what the recipe wants first", "stop it"),
        ...of("restore-data", "fill the volumes", "start its database", "wait for its database", "replay"),
        ...of("restore-data", "start it", "watch"),
      ],
      of("take-backup", ...present),
    );
    expect(run.during).toEqual(of("restore-data", "fill the volumes", "replay"));
    await house.expectOnly(running(house.app));
    expect(await house.specs()).toEqual(specs);
    expect(await everything()).toBe(before);
    expect(await house.sh("cat /data/words")).toBe("old");
    const { parts } = await house.proven("restore");
    const dump = dumpOf(parts, "db");
    expect(dump).toContain("9999\tlater\t");
    expect(dump).not.toContain("\n6\tGrüße");
    const tables = dumpOf(parts, "maria");
    expect(tables).toContain("(9999,'later',");
    expect(tables.match(/Grüße 🚲/gu)).toHaveLength(5);
    expect(house.snapshots()).toHaveLength(6);
  });

  it("is drilled, and nothing of that stays", async () => {
    const untouched = [await house.containers(), await house.specs()];
    const run = await house.killed(`backup drill ${house.app} ${taken}`, {
      during: ["fill its volumes and secrets", "replay", "remove everything"],
    });
    expect(run.runs, run.problem?.happened).toEqual(["drill done", "drill-trial done"]);
    expectCuts(run, [
      ...of("drill", "choose the backup"),
      ...of("drill-trial", "plan", "fill its volumes and secrets", "deploy it", "wait for its database"),
      ...of("drill-trial", "run what the recipe wants first", "replay", "start the rest", "watch"),
      ...of("drill-trial", "remove everything"),
    ]);
    expect(run.during).toEqual(
      of("drill-trial", "fill its volumes and secrets", "replay", "remove everything"),
    );
    await house.expectOnly(running(house.app));
    expect([await house.containers(), await house.specs()]).toEqual(untouched);
    expect(await everything()).toBe(before);
    expect(await house.rows("select outcome, backup from backup_drill")).toEqual([
      { outcome: "passed", backup: taken },
    ]);
  });

  it("is brought up under a new domain on a second server, and the old app is not touched", async () => {
    const secret = await house.sh("cat /run/secrets/key", { service: "db" });
    await sql("insert into notes values (9999, 'later');");
    await inMaria("insert into app.notes (id, words) values (9999, 'later');");
    await house.sh("echo new > /data/words");
    const present = await everything();
    const untouched = [await house.containers(), await house.specs()];
    const run = await house.killed(`app restore ${house.app} ${taken} --to far --as ${other}`, {
      subject: other,
      during: ["fill its volumes", "replay"],
    });
    expect(run.runs, run.problem?.happened).toEqual(["restore done"]);
    expectCuts(run, [
      ...of("restore", "plan", "check the plan", "look at its row", "write the app down"),
      ...of("restore", "make its secrets", "fill its volumes", "record", "deploy it"),
      ...of("restore", "wait for its database", "run what the recipe wants first", "replay"),
      ...of("restore", "start the rest", "watch", "look from outside"),
    ]);
    expect(run.during).toEqual(of("restore", "fill its volumes", "replay"));
    await house.expectOnly(both(running(house.app), running(other)));
    expect(await everything(other)).toBe(before);
    expect(await house.sh("cat /data/words", { app: other })).toBe("old");
    expect(await house.sh("cat /run/secrets/key", { service: "db", app: other })).toBe(secret);
    expect([await house.containers(), await house.specs()]).toEqual(untouched);
    expect(await everything()).toBe(present);
    expect(await house.sh("cat /data/words")).toBe("new");
    expect(await house.rows("select domain, server from app order by created_at, domain desc")).toEqual([
      { domain: house.app, server: "local" },
      { domain: other, server: "far" },
    ]);
    expect(await house.rows("select app, outcome from deploy order by id")).toEqual([
      { app: house.app, outcome: "converged" },
      { app: other, outcome: "converged" },
    ]);
  });
});
