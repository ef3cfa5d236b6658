/**
 * A real PostgreSQL whose recipe dumps nothing, so that Tandem does by `pg_dumpall`: written to, backed up, changed,
 * brought back and compared row by row, with its roles and what they may.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AppDomain } from "../../src/core/terms.ts";
import { databaseFolder, openBackupHouse, type BackupHouse } from "./backups/house.ts";
import { restored } from "./backups/restored.ts";
import { haveProgram, postgres, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { makePostgres, postgresHealth } from "./docker/postgres.ts";

const isReady = haveProgram(restic) && haveProgram(postgres);
const docker = isReady ? await useDocker({ images: false }) : undefined;

describe.skipIf(docker === undefined)("a PostgreSQL app without a hook", { timeout: 240_000 }, () => {
  if (docker === undefined) return;
  let house: BackupHouse;
  let app: AppDomain;
  const image = `tandem.test/${docker.prefix}db/postgres:15`;

  beforeAll(async () => {
    house = await openBackupHouse(docker);
    await makePostgres(docker.docker, image);
    house.makeRepository();
    app = await house.deploy("pg", {
      labels: ["backupbot.backup=true"],
      dumps: true,
      db: {
        ...{
          image,
          script: "exec /bin/sh /entrypoint.sh",
          health: postgresHealth("boss"),
          folder: databaseFolder,
        },
        environment: [
          ...["POSTGRES_USER=boss", "POSTGRES_DB=notes", "POSTGRES_PASSWORD_FILE=/run/secrets/key"],
        ],
      },
    });
  }, 120_000);
  afterAll(async () => {
    await house.stop();
    await docker.docker.getImage(image).remove({ force: true });
    await docker.stop();
  }, 240_000);

  const sql = (words: string, database = "notes", user = "boss"): Promise<string> =>
    house.sh(app, `psql -qAt -v ON_ERROR_STOP=1 -U ${user} -d ${database} <<'EOF'\n${words}\nEOF`, "db");
  const rows = (): Promise<string> => sql("select id, words, bytes, at from notes order by id;");
  const rights = (): Promise<string> =>
    sql(`select rolname, rolsuper, rolcanlogin, rolpassword from pg_authid where rolname !~ '^pg_' order by 1;
      select relname, relacl from pg_class where relname = 'notes';`);
  let before = { rows: "", rights: "" };
  let taken = "";

  it("is dumped whole, and its files are in no snapshot", async () => {
    await sql(`
      create table notes (id int primary key, words text, bytes bytea, at timestamptz default clock_timestamp());
      insert into notes (id, words, bytes)
        select n, 'Grüße 🚲 ' || md5(n::text), decode(md5(random()::text), 'hex') from generate_series(1, 2000) n;
      create role reader login password 'the reader''s own';
      grant select on notes to reader;
      create database other;
    `);
    await sql("create table kept (n int); insert into kept values (7);", "other");
    // What somebody has put where nothing should be.
    await sql("create table stray (n int); insert into stray values (1);", "postgres");
    before = { rows: await rows(), rights: await rights() };
    expect(before.rows.trim().split("\n")).toHaveLength(2000);
    const told = await house.take(app);
    expect(told.text).toContain("is proven");
    const [row] = house.backups.list(app);
    taken = row?.id ?? "";
    expect(row?.snapshots.map(({ kind }) => kind)).toEqual(["dump", "volumes"]);
    expect(row?.snapshots.flatMap(({ volumes }) => volumes)).not.toContain("db-data");
    const dump = house.restic("dump", row?.snapshots[0]?.id ?? "", "/dump-db.sql");
    expect(dump.trimEnd().split("\n").at(-2)).toBe("-- PostgreSQL database cluster dump complete");
  });

  it("comes back row by row, with its other databases, its roles and their rights", async () => {
    await sql(`
        delete from notes where id > 5;
        insert into notes (id, words) values (9999, 'later');
        revoke all on notes from reader;
        create role later;
        create table later (n int);
      `);
    await sql("drop database other;");
    const told = await restored(house, app, taken);
    expect(told.problem).toBeNull();
    expect(told.text).toContain("the database of \`db\`");
    expect(await rows()).toBe(before.rows);
    expect(await sql("select to_regclass('later');")).toBe("\n");
    expect(await sql("select n from kept;", "other")).toBe("7\n");
    expect(await sql("select n from stray;", "postgres")).toBe("1\n");
    expect(await sql("select count(*) from notes;", "notes", "reader")).toBe("2000\n");
    expect(await house.helpers()).toEqual([]);
    // The volume begins empty before a dump is read back: roles that came later are gone with it.
    expect(await rights()).toBe(before.rights);
  });
});
