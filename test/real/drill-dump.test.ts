/**
 * Drills of dumps that Tandem took itself, because the recipe has no hook: read into a database of the drill's own, row
 * by row, and gone afterwards. One that does not read back fails its drill.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eq } from "drizzle-orm";
import { AppDomain } from "../../src/core/terms.ts";
import { schema } from "../../src/db/index.ts";
import deploy from "../../workflows/deploy.ts";
import drill from "../../workflows/drill.ts";
import register from "../../workflows/register.ts";
import { tell, type Told } from "../workflows/telling.ts";
import { haveProgram, mariadb, mariadbDump, postgres, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { makeMariadb, mariadbRecipe } from "./docker/mariadb.ts";
import { makePostgres, postgresRecipe } from "./docker/postgres.ts";
import {
  justBackup,
  openRestoreHouse,
  others,
  type RestoreHouse,
  type RestoreRecipe,
} from "./restoring/house.ts";

interface Database extends RestoreRecipe {
  /** The shell's words that have its own program read statements from standard input. */
  program: string;
  /** Makes the table `notes` with 500 rows; counts and sums them up; tells what is in the dump of its table. */
  fill: string;
  sum: string;
  table: string;
}

const psql = "psql -qAt -v ON_ERROR_STOP=1 -U app -d app";
const kinds: Database[] = [
  {
    ...{
      database: "postgres:15",
      make: makePostgres,
      files: (image) => postgresRecipe(image, { isBare: true }),
    },
    program: psql,
    fill: `create table notes (id int primary key, words text);
      insert into notes select n, md5(random()::text) from generate_series(1, 500) n;`,
    sum: "select count(*), md5(string_agg(words, ',' order by id)) from notes;",
    table: "CREATE TABLE public.notes",
  },
  {
    ...{ database: "mariadb:10.11", make: makeMariadb, files: mariadbRecipe },
    program:
      'MYSQL_PWD="$(cat /run/secrets/db_password)" mariadb --no-defaults --batch --skip-column-names --user=root',
    fill: `create database app; use app; create table notes (id int primary key, words varchar(80));
      insert into notes select seq, md5(rand()) from seq_1_to_500;`,
    sum: "set session group_concat_max_len = 1000000; select count(*), md5(group_concat(words order by id)) from app.notes;",
    table: "CREATE TABLE `notes`",
  },
];

const isReady = [restic, postgres, mariadb, mariadbDump].every((program) => haveProgram(program));
const docker = isReady ? await useDocker({ images: false }) : undefined;
afterAll(() => docker?.stop());

describe.skipIf(docker === undefined).each(kinds)("a dump of $database", { timeout: 240_000 }, (kind) => {
  if (docker === undefined) return;
  const app = AppDomain.parse(`${docker.stackName(kind.database.slice(0, 2))}.example.coop`);
  let opened: RestoreHouse;
  beforeAll(async () => {
    opened = await openRestoreHouse(docker, { made: kind });
  }, 120_000);
  afterAll(() => opened.stop([app]), 120_000);

  const sql = async (stack: string, words: string): Promise<string> => {
    const argv = ["sh", "-c", `${kind.program} <<'EOF'\n${words}\nEOF`];
    const { exitCode, output } = await opened.here.exec(stack, "db", { argv });
    if (exitCode !== 0) throw new Error(output);
    return output.trim();
  };
  /** What is in the database of the drill when its dump was read, before the rest of it begins. */
  const seen: string[] = [];
  const drilled = (backup?: string): Promise<Told> => {
    const { backups } = opened;
    const beginRest: typeof backups.beginRest = async (plan) => {
      seen.push(`${plan.data.stack} ${await sql(plan.data.stack, kind.sum)}`);
      return backups.beginRest(plan);
    };
    const house = { ...opened.house, backups: { ...backups, beginRest } as never };
    return tell(house, drill, { app, ...(backup !== undefined && { backup }) }, () => true, { others });
  };
  const left = async () => ({
    helpers: await opened.helpers(),
    volumes: (await opened.here.ground()).volumes.filter((name) => name.includes("drill_")),
    stacks: (await opened.here.stacks())
      .map((one) => JSON.stringify(one))
      .filter((one) => one.includes("drill_")),
    secrets: [...(await opened.here.secretNames())].filter((name) => name.startsWith("drill_")),
  });
  const nothing = { helpers: [], volumes: [], stacks: [], secrets: [] };
  let taken = "";
  let before = "";

  it("is taken of an app that has no hook", async () => {
    await tell(opened.house, register, { recipe: "pg", domain: app, server: "local" });
    expect((await tell(opened.house, deploy, { app }, () => true)).problem).toBeNull();
    opened.house.db.orm.insert(schema.backupPolicy).values({ app, dumps: true }).run();
    await sql(opened.stackOf(app), kind.fill);
    before = await sql(opened.stackOf(app), kind.sum);
    expect(before).toMatch(/^500\b/);
    const took = await tell(opened.house, justBackup, { app }, () => true, { others });
    expect(took.problem).toBeNull();
    taken = took.text.trim();
    expect(opened.backups.get(taken).snapshots.map((part) => part.kind)).toContain("dump");
  });

  it("is read into the drill's own database, row by row, and nothing of that stays", async () => {
    const told = await drilled();
    expect(told.problem).toBeNull();
    expect(told.text).toContain(`The restore of ${app} was tried out and works`);
    expect(told.text).toContain("The dump of db was read back");
    expect(seen).toEqual([expect.stringMatching(/^drill_[a-z]{5} /)]);
    expect(seen[0]?.replace(/^\S+ /, "")).toBe(before);
    expect(opened.backups.drills(app)[0]).toMatchObject({ outcome: "passed", backup: taken });
    expect(await left()).toEqual(nothing);
    expect(await sql(opened.stackOf(app), kind.sum)).toBe(before);
  });

  it("that does not read back fails its drill, which says so, and nothing of that stays", async () => {
    const { db } = opened.house;
    const parts = opened.backups.get(taken).snapshots;
    const whole = parts.find((part) => part.kind === "dump")?.id ?? "";
    const dump = opened.restic(["dump", whole, "/dump-db.sql"]);
    expect(dump).toContain(kind.table);
    const broken = dump.replace(kind.table, kind.table.replace("notes", "other"));
    const words = ["backup", "--json", "--stdin", "--stdin-filename", "/dump-db.sql", "--tag", `app=${app}`];
    const ended = opened.restic(words, broken).trim().split("\n").at(-1) ?? "";
    const short = (JSON.parse(ended) as { snapshot_id: string }).snapshot_id;
    const all = JSON.parse(opened.restic(["snapshots", "--json", short])) as { id: string }[];
    const id = all[0]?.id ?? "";
    const snapshots = JSON.stringify(parts.map((part) => (part.kind === "dump" ? { ...part, id } : part)));
    db.orm.update(schema.backup).set({ snapshots }).where(eq(schema.backup.id, taken)).run();
    seen.length = 0;
    const told = await drilled(taken);
    expect(told.problem?.code).toBe("drill-failed");
    expect(told.problem?.happened).toMatch(/notes/);
    expect(seen).toEqual([]);
    expect(opened.backups.drills(app)[0]).toMatchObject({ outcome: "failed", backup: taken });
    expect(await left()).toEqual(nothing);
    expect(await sql(opened.stackOf(app), kind.sum)).toBe(before);
  });
});
