/**
 * A PostgreSQL app that is written to, backed up, destroyed, and brought up again on a second server over SSH under a
 * new domain, compared row by row; then restored where it is, drilled, and met with everything that can go wrong.
 * There is one engine here: the second server is the same one behind a real sshd, where only other names count.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApps } from "../../src/apps/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import { openBackups, openTurns, type Backups } from "../../src/backups/index.ts";
import { backupSettings } from "../../src/config/backups.ts";
import { systemClock } from "../../src/core/clock.ts";
import { say } from "../../src/chat/message.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";
import { openRecipes } from "../../src/recipes/index.ts";
import { bySocket, bySsh, openSwarm, type Swarm } from "../../src/swarm/index.ts";
import { workflow } from "../../src/workflow/define.ts";
import deploy from "../../workflows/deploy.ts";
import drill from "../../workflows/drill.ts";
import drillTrial from "../../workflows/drill-trial.ts";
import register from "../../workflows/register.ts";
import removeApp from "../../workflows/remove.ts";
import restore from "../../workflows/restore.ts";
import restoreData from "../../workflows/restore-data.ts";
import takeBackup from "../../workflows/take-backup.ts";
import { fakeServers } from "../apps/fake-swarm.ts";
import { repository, remove, temporaryFolder } from "../recipes/repository.ts";
import { tell, type Told } from "../workflows/telling.ts";
import { useDocker } from "./docker/index.ts";
import { makePostgres, postgresRecipe } from "./docker/postgres.ts";
import { imageOfPrograms } from "./docker/programs.ts";
import { haveSshd, startSshd, type TestSshd } from "./ssh/sshd.ts";

const docker = haveSshd() ? await useDocker({ images: false }) : undefined;
const others = {
  "take-backup": takeBackup,
  "restore-data": restoreData,
  "drill-trial": drillTrial,
};

/** A backup and nothing beside; it says its id. */
const justBackup = workflow({
  input: z.strictObject({ app: AppDomain }),
  run: async ({ child }, { app }) =>
    say((await child("take", takeBackup, { app, cause: "asked" as const })).backup),
});

describe.skipIf(docker === undefined)("a PostgreSQL app that comes back", { timeout: 240_000 }, () => {
  if (docker === undefined) return;
  const image = `tandem.test/${docker.prefix}pg/postgres:15`;
  const helper = `tandem.test/${docker.prefix}restic:0.14`;
  const app = AppDomain.parse(`${docker.stackName("pg")}.example.coop`);
  const other = AppDomain.parse(`${docker.stackName("new")}.example.coop`);
  const stackOf = (domain: string): string => domain.replaceAll(".", "_");
  const data = temporaryFolder();
  const recipe = repository();
  const clock = systemClock;
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const password = path.join(data, "password");
  const folder = path.join(data, "repository");
  let sshd: TestSshd;
  let here: Swarm;
  let there: Swarm;
  let backups: Backups;
  let house: Parameters<typeof tell>[0];

  beforeAll(async () => {
    await makePostgres(docker.docker, image);
    await imageOfPrograms(docker.docker, helper, ["/usr/bin/restic"]);
    recipe.publish("1.0.0+15.0.0", postgresRecipe(image));
    mkdirSync(folder);
    writeFileSync(password, randomBytes(12).toString("hex"));
    sshd = await startSshd();
    const { port, user, keyFile, hostKey } = sshd;
    const address = { host: "127.0.0.1", port, user, keyFile, hostKey, socket: docker.socketPath };
    here = openSwarm({ way: bySocket(docker.socketPath), clock });
    there = openSwarm({ way: bySsh(address, { name: "swarm-2", clock, agentSocket: undefined }), clock });
    const servers = fakeServers(here, { "swarm-2": there });
    const recipes = openRecipes({ sources: { pg: recipe.dir }, dataDir: data, clock });
    const apps = openApps({ db, clock, audit, recipes, servers });
    const settings = { ...backupSettings.parse({ repository: "nightly" }), image: helper };
    backups = openBackups({
      db,
      clock,
      audit,
      apps,
      recipes,
      servers: servers,
      turns: openTurns(),
      settings,
      publicUrl: "https://tandem.example.coop",
    });
    house = { db, clock, apps, audit, recipes, backups: backups as never };
    const plain = { keyFile: null, hostKey: null, credentialsFile: null };
    const wish = { name: "nightly", location: folder, server: null, passwordFile: password, ...plain };
    await backups.openRepository(wish, "first", true);
    backups.addRepository("ana", wish);
  }, 120_000);

  afterAll(async () => {
    for (const domain of [app, other]) await here.remove(stackOf(domain), { volumes: true, secrets: true });
    here.close();
    there.close();
    await sshd.stop();
    db.close();
    for (const name of [image, helper])
      await docker.docker
        .getImage(name)
        .remove({ force: true })
        .catch(() => undefined);
    await docker.stop();
    remove(recipe.dir);
    rmSync(data, { recursive: true, force: true });
  });

  const sql = async (domain: string, words: string): Promise<string> => {
    const argv = ["psql", "-U", "app", "-d", "app", "-At", "-c", words];
    const { exitCode, output } = await here.exec(stackOf(domain), "db", { argv });
    if (exitCode !== 0) throw new Error(output);
    return output;
  };
  const rows = (domain: string): Promise<string> =>
    sql(domain, "select id, md5, written_at from notes order by id");
  const fileIn = async (domain: string): Promise<string> =>
    (await here.exec(stackOf(domain), "app", { argv: ["cat", "/files/deep/marks"] })).output.trim();
  const passwordIn = async (domain: string): Promise<string> =>
    (await here.exec(stackOf(domain), "app", { argv: ["cat", "/run/secrets/db_password"] })).output.trim();
  const run = (input: object, more: { yes?: boolean } = {}): Promise<Told> =>
    tell(house, restore, input, () => more.yes ?? true, { others });
  const left = async (word: string) => ({
    containers: (
      await docker.docker.listContainers({ all: true, filters: JSON.stringify({ label: ["tandem.helper"] }) })
    ).length,
    volumes: (await here.ground()).volumes.filter((name) => name.includes(word)),
  });
  const marks = randomBytes(20).toString("hex");
  let taken = "";
  let before = { rows: "", password: "" };

  it("is deployed and written to, and a backup of it is taken", async () => {
    await tell(house, register, { recipe: "pg", domain: app, server: "local" });
    const told = await tell(house, deploy, { app }, () => true);
    expect(told.problem).toBeNull();
    await sql(app, "create table notes (id int primary key, md5 text, written_at timestamptz default now())");
    await sql(app, "insert into notes select n, md5(random()::text) from generate_series(1, 2000) n");
    await here.exec(stackOf(app), "app", {
      argv: ["sh", "-c", `mkdir -p /files/deep; echo ${marks} > /files/deep/marks; chown 33:44 /files/deep`],
    });
    const took = await tell(house, justBackup, { app }, () => true, { others });
    expect(took.problem).toBeNull();
    taken = took.text.trim();
    expect(backups.get(taken)).toMatchObject({ app, state: "proven", repository: "nightly" });
    before = { rows: await rows(app), password: await passwordIn(app) };
    expect(before.rows.split("\n").length).toBeGreaterThan(2000);
  });

  it("is drilled beside itself: nothing of it is touched, nothing of the drill stays", async () => {
    const containers = async () =>
      (await here.anatomy(stackOf(app))).flatMap(({ running }) => running.map((one) => one.container));
    const untouched = await containers();
    const told = await tell(house, drill, { app }, () => true, { others });
    expect(told.problem).toBeNull();
    expect(told.text).toContain(`The restore of ${app} was tried out and works`);
    expect(told.text).toMatch(/\d+ files? \(.*\) came back into .*: as many as the snapshot has\./);
    expect(told.text).toContain("The restore hook of db ended well");
    expect(told.text).not.toContain(before.password);
    expect(backups.drills(app)[0]).toMatchObject({ outcome: "passed", backup: taken });
    expect(await containers()).toEqual(untouched);
    expect(await left("drill_")).toEqual({ containers: 0, volumes: [] });
    const networks = await docker.docker.listNetworks();
    expect(networks.filter(({ Name }) => Name.startsWith("drill_"))).toEqual([]);
    expect([...(await here.secretNames())].filter((name) => name.startsWith("drill_"))).toEqual([]);
  });

  it("is restored where it is, and the present can be had back", async () => {
    await sql(app, "delete from notes where id > 5; insert into notes values (9999, 'later', now())");
    await here.exec(stackOf(app), "app", {
      argv: ["sh", "-c", "echo changed > /files/deep/marks; touch /files/new"],
    });
    const told = await run({ app, backup: taken });
    expect(told.problem).toBeNull();
    expect(told.asked[0]).toMatchObject({ weight: "grave", subject: app });
    expect(told.text).toContain("What is there now is overwritten: `db` (backup.sql), `files` (all of it).");
    expect(await rows(app)).toBe(before.rows);
    expect(await fileIn(app)).toBe(marks);
    const owner = await here.exec(stackOf(app), "app", {
      argv: ["sh", "-c", "stat -c %u:%g /files/deep; ls /files"],
    });
    expect(owner.output).toBe("33:44\ndeep\n");
    const present = /app restore \S+ ([a-z]{5})/.exec(
      told.text.slice(told.text.indexOf("what was there before")),
    )?.[1];
    const back = await run({ app, backup: present });
    expect(back.problem).toBeNull();
    expect(await sql(app, "select id from notes order by id")).toBe("1\n2\n3\n4\n5\n9999\n");
    expect(await fileIn(app)).toBe("changed");
  });

  it("gets one path of one volume back, and nothing else", async () => {
    const told = await run({ app, backup: taken, volume: "files", path: "deep/marks" });
    expect(told.problem).toBeNull();
    expect(await fileIn(app)).toBe(marks);
    expect(await sql(app, "select count(*) from notes")).toBe("6\n");
    const { output } = await here.exec(stackOf(app), "app", { argv: ["ls", "/files"] });
    expect(output).toBe("deep\nnew\n");
  });

  it("says what is not there before anything is overwritten", async () => {
    const containers = async () =>
      (await here.anatomy(stackOf(app))).flatMap(({ running }) => running.map((one) => one.container));
    const untouched = await containers();
    const codes = [];
    for (const wish of [
      { volume: "fles" },
      { path: "deep" },
      { volume: "files", path: "deep/none" },
      { volume: "files", path: "../../../etc/passwd" },
      { as: other, volume: "files" },
    ])
      codes.push((await run({ app, backup: taken, ...wish })).problem?.code);
    expect(codes).toEqual([
      "restore-volume-unknown",
      "restore-path-needs-volume",
      "restore-path-unknown",
      "restore-path-unknown",
      "restore-part-elsewhere",
    ]);
    expect(await containers()).toEqual(untouched);
  });

  it("is destroyed, and comes back on a second server over SSH under a new domain, row by row", async () => {
    expect((await tell(house, removeApp, { app })).problem).toBeNull();
    expect((await here.ground()).volumes.filter((name) => name.startsWith(stackOf(app)))).toEqual([]);
    const told = await run({ app, backup: taken, to: "swarm-2", as: other });
    expect(told.problem).toBeNull();
    expect(told.text).toContain(`${other} runs on swarm-2 from the backup \`${taken}\``);
    expect(await rows(other)).toBe(before.rows);
    expect(await fileIn(other)).toBe(marks);
    expect(await passwordIn(other)).toBe(before.password);
    expect(house.apps.get(other)).toMatchObject({ server: "swarm-2", version: "1.0.0+15.0.0" });
    expect(house.apps.envOf(other)).toContain(`DOMAIN=${other}`);
    expect((await house.apps.planDeploy(other, undefined, "k")).isEmpty).toBe(true);
    expect(await left("drill_")).toEqual({ containers: 0, volumes: [] });
  });
});
