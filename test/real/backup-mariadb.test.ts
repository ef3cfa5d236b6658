/**
 * A real MariaDB whose recipe dumps nothing, so that Tandem does by `mariadb-dump`: written to, backed up, changed,
 * brought back and compared row by row. A dump that is cut off, or whose database does not let it in, is no backup.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AppDomain } from "../../src/core/terms.ts";
import { openBackupHouse, planted, type BackupHouse } from "./backups/house.ts";
import { restored } from "./backups/restored.ts";
import { haveProgram, mariadb, mariadbDump, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { makeMariadb, mariadbFolder, mariadbHealth, mariadbScript } from "./docker/mariadb.ts";

const isReady = haveProgram(restic) && haveProgram(mariadb) && haveProgram(mariadbDump);
const docker = isReady ? await useDocker({ images: false }) : undefined;

describe.skipIf(docker === undefined)("a MariaDB app", { timeout: 240_000 }, () => {
  if (docker === undefined) return;
  let house: BackupHouse;
  let app: AppDomain;
  const image = `tandem.test/${docker.prefix}db/mariadb:10.11`;

  beforeAll(async () => {
    house = await openBackupHouse(docker);
    await makeMariadb(docker.docker, image);
    house.makeRepository();
    app = await house.deploy("maria", {
      labels: ["backupbot.backup=true"],
      dumps: true,
      db: {
        ...{ image, script: mariadbScript, health: mariadbHealth, folder: mariadbFolder },
        environment: ["MARIADB_ROOT_PASSWORD_FILE=/run/secrets/key"],
      },
    });
  }, 120_000);
  afterAll(async () => {
    await house.stop();
    await docker.docker.getImage(image).remove({ force: true });
    await docker.stop();
  }, 240_000);

  const sql = (words: string, user = "root", password = '"$(cat /run/secrets/key)"'): Promise<string> =>
    house.sh(
      app,
      `MYSQL_PWD=${password} mariadb --no-defaults --batch --skip-column-names --user=${user} <<'EOF'\n${words}\nEOF`,
      "db",
    );
  const rows = (): Promise<string> => sql("select id, words, hex(bytes), at from app.notes order by id;");
  const rights = (): Promise<string> =>
    sql("show grants for app@localhost; select name from mysql.proc order by 1;");
  let before = { rows: "", rights: "" };
  let taken = "";

  it("is dumped whole, and its files are in no snapshot", async () => {
    await sql(`
      create database app character set utf8mb4;
      use app;
      create table notes (id int primary key, words varchar(80), bytes blob, at datetime(6) default now(6)) engine=InnoDB;
      insert into notes (id, words, bytes) select seq, concat('Grüße 🚲 ', md5(rand())), unhex(md5(rand())) from seq_1_to_2000;
      create trigger loud before insert on notes for each row set new.words = upper(new.words);
      create procedure counted() select count(*) from notes;
      create view few as select id from notes where id < 4;
      create user app@localhost identified by 'the app''s own';
      grant all on app.* to app@localhost;
    `);
    before = { rows: await rows(), rights: await rights() };
    expect(before.rows.trim().split("\n")).toHaveLength(2000);
    const told = await house.take(app);
    expect(told.text).toContain("is proven");
    const [row] = house.backups.list(app);
    taken = row?.id ?? "";
    expect(row?.snapshots.map(({ kind }) => kind)).toEqual(["dump", "volumes"]);
    expect(row?.snapshots.flatMap(({ volumes }) => volumes)).not.toContain("db-data");
    const dump = house.restic("dump", row?.snapshots[0]?.id ?? "", "/dump-db.sql");
    expect(dump.trimEnd().split("\n").at(-1)).toMatch(/^-- Dump completed/);
  });

  it("comes back row by row, with its trigger, its users and their rights", async () => {
    await sql(`
      use app;
      delete from notes where id > 5;
      insert into notes (id, words) values (9999, 'later');
      drop user app@localhost;
      drop procedure counted;
      create table later (id int);
    `);
    const told = await restored(house, app, taken);
    expect(told.problem).toBeNull();
    expect(told.text).toContain("the database of `db`");
    expect(await rows()).toBe(before.rows);
    expect(await rights()).toBe(before.rights);
    expect(await sql("show tables in app;")).toBe("few\nnotes\n");
    // By the account of the app, with its own password.
    const asApp =
      "use app; insert into notes (id, words) values (10000, 'loud'); call counted(); select * from few;";
    expect(await sql(asApp, "app", `"the app's own"`)).toBe("2001\n1\n2\n3\n");
    expect(await sql("select words from app.notes where id = 10000;")).toBe("LOUD\n");
    expect(told.text).not.toContain(planted);
    expect(await house.helpers()).toEqual([]);
  });

  it("is not backed up by a dump that was cut off, or that its database did not let begin", async () => {
    // Those of one second come in any order.
    const snapshots = (): string[] =>
      (JSON.parse(house.restic("snapshots", "--json", "--tag", `app=${app}`)) as { id: string }[])
        .map(({ id }) => id)
        .sort();
    const kept = snapshots();
    const instead = (script: string): Promise<string> =>
      house.sh(
        app,
        `cat > /bin/mariadb-dump <<'EOF'\n#!/bin/sh\n${script}\nEOF\nchmod +x /bin/mariadb-dump`,
        "db",
      );
    await instead('/usr/bin/mariadb-dump "$@" | head -c 300000');
    const cut = await house.take(app);
    expect(cut.problem?.code).toBe("dump-unfinished");
    expect(cut.problem?.happened).toContain("Dump completed");
    await instead('MYSQL_PWD=another exec /usr/bin/mariadb-dump "$@"');
    const refused = await house.take(app);
    expect(refused.problem?.code).toBe("dump-failed");
    expect(refused.problem?.happened).toContain("Access denied");
    await house.sh(app, "rm /bin/mariadb-dump", "db");
    expect(kept.length).toBeGreaterThan(0);
    expect(snapshots()).toEqual(kept);
    expect(house.backups.newestProven(app)?.id).not.toBe(undefined);
    expect((await house.take(app)).text).toContain("is proven");
  });
});
