/**
 * The house killed at every step with a PostgreSQL that it dumps itself, because its recipe does not: the dump is
 * streamed into the repository and out of it again, into the app, a drill, and a new app on a second server over SSH.
 * All rows are compared. There is one engine here: the second server is the same one behind a real sshd.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databaseFolder } from "./backups/house.ts";
import { haveProgram, postgres, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { makePostgres, postgresHealth } from "./docker/postgres.ts";
import { expectCuts, of } from "./killing/cuts.ts";
import { KillHouse, stackOf } from "./killing/house.ts";
import { both, stackWith } from "./killing/left.ts";
import { haveSshd, startSshd, type TestSshd } from "./ssh/sshd.ts";

const isReady = haveSshd() && haveProgram(restic) && haveProgram(postgres);
const docker = isReady ? await useDocker({ images: false }) : undefined;

const compose = (image: string, database: string): string => `version: "3.8"
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
volumes: { data: {}, rows: {} }
secrets:
  key: { external: true, name: "\${STACK_NAME}_key_\${SECRET_KEY_VERSION}" }
`;

describe.skipIf(docker === undefined)("a dump, killed at every step", { timeout: 600_000 }, () => {
  if (docker === undefined) return;
  const database = `tandem.test/${docker.prefix}db/postgres:15`;
  const other = `${docker.stackName("new")}.example.coop`;
  let house: KillHouse;
  let sshd: TestSshd;

  beforeAll(async () => {
    sshd = await startSshd();
    await makePostgres(docker.docker, database);
    house = await KillHouse.open(docker, { of: "dump", compose: (image) => compose(image, database) });
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
    before = await everything();
    expect(before.split("\n")).toHaveLength(502);
  }, 240_000);
  afterAll(async () => {
    await house.stop(other);
    await docker.docker.getImage(database).remove({ force: true });
    await sshd.stop();
    await docker.stop();
  }, 240_000);

  const sql = (words: string, app = house.app): Promise<string> =>
    house.sh(`psql -qAt -v ON_ERROR_STOP=1 -U boss -d notes <<'EOF'\n${words}\nEOF`, { service: "db", app });
  /** All rows, a role with its password, and what it may. */
  const everything = (app = house.app): Promise<string> =>
    sql(
      `select id, words, at from notes order by id;
        select rolname, rolcanlogin, rolpassword from pg_authid where rolname !~ '^pg_' and rolname <> 'boss' order by 1;
        select relname, relacl from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1;`,
      app,
    );
  const running = (app: string) =>
    stackWith(stackOf(app), { services: ["app", "db"], volumes: ["data", "rows"] });
  let before = "";
  let taken = "";

  it("is taken once, whole, while its database runs on", async () => {
    const untouched = [await house.containers(), await house.specs()];
    const run = await house.killed(`app backup ${house.app}`, { during: ["take what must run", "take"] });
    expect(run.runs, run.problem?.happened).toEqual(["backup done", "take-backup done"]);
    expectCuts(run, of("take-backup", "plan", "begin", "take what must run", "take", "prove"));
    expect(run.during).toEqual(of("take-backup", "take what must run", "take"));
    await house.expectOnly(running(house.app));
    expect([await house.containers(), await house.specs()]).toEqual(untouched);
    expect(await everything()).toBe(before);
    const found = await house.rows<{ id: string; state: string; snapshots: string }>("select * from backup");
    expect(found).toMatchObject([{ state: "proven" }]);
    taken = found[0]?.id ?? "";
    const parts = JSON.parse(found[0]?.snapshots ?? "[]") as { id: string; kind: string }[];
    expect(parts.map(({ kind }) => kind)).toEqual(["dump", "volumes"]);
    expect(parts.map(({ id }) => id).toSorted()).toEqual(house.snapshots());
    expect(house.filesIn(parts[1]?.id ?? "")).toEqual(["words"]);
    const dump = house.restic("dump", parts[0]?.id ?? "", "/dump-db.sql");
    expect(dump.split("\n").filter((line) => line.includes("Grüße 🚲"))).toHaveLength(500);
    expect(dump.split("\n").at(-2)).toBe("-- PostgreSQL database cluster dump complete");
  });

  it("is restored row by row, and the present is kept", async () => {
    const specs = await house.specs();
    await house.sh("echo new > /data/words");
    await sql("delete from notes where id > 5; insert into notes values (9999, 'later'); create role later;");
    await sql("create table later (n int);");
    // How a backup is killed stands above.
    const present = ["begin", "take what must run", "take", "prove"];
    const run = await house.killed(`app restore ${house.app} ${taken}`, {
      spared: present,
      during: ["fill the volumes", "replay"],
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
    const kept = await house.rows<{ state: string; snapshots: string }>(
      "select * from backup where cause = 'restore'",
    );
    expect(kept).toMatchObject([{ state: "proven" }]);
    const parts = JSON.parse(kept[0]?.snapshots ?? "[]") as { id: string }[];
    const dump = house.restic("dump", parts[0]?.id ?? "", "/dump-db.sql");
    expect(dump).toContain("9999\tlater\t");
    expect(dump).not.toContain("\n6\tGrüße");
    expect(house.snapshots()).toHaveLength(4);
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
