/**
 * A PostgreSQL app that is written to, backed up, destroyed, and brought up again on a second server over SSH under a
 * new domain, compared row by row; then restored where it is, drilled, and met with everything that can go wrong.
 * The second server is an engine of its own, with a Swarm of its own, behind a real sshd.
 */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppDomain } from "../../src/core/terms.ts";
import type { Backups } from "../../src/backups/index.ts";
import type { Swarm } from "../../src/swarm/index.ts";
import deploy from "../../workflows/deploy.ts";
import drill from "../../workflows/drill.ts";
import register from "../../workflows/register.ts";
import removeApp from "../../workflows/remove.ts";
import restore from "../../workflows/restore.ts";
import { tell, type Told } from "../workflows/telling.ts";
import { haveProgram, postgres, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { useSecondEngine } from "./docker/second-engine.ts";
import { justBackup, openRestoreHouse, others, type RestoreHouse } from "./restoring/house.ts";
import { haveSshd } from "./ssh/sshd.ts";

const isReady = haveSshd() && haveProgram(restic) && haveProgram(postgres);
const docker = isReady ? await useDocker({ images: false }) : undefined;
const second = docker === undefined ? undefined : await useSecondEngine();

interface ServiceSeen {
  Spec: { Labels: Record<string, string> };
  Version: { Index: number };
}

describe.skipIf(second === undefined)("a PostgreSQL app that comes back", { timeout: 240_000 }, () => {
  if (docker === undefined || second === undefined) return;
  const app = AppDomain.parse(`${docker.stackName("pg")}.example.coop`);
  const other = AppDomain.parse(`${docker.stackName("new")}.example.coop`);
  let opened: RestoreHouse;
  let house: RestoreHouse["house"];
  let here: Swarm;
  let there: Swarm;
  let backups: Backups;

  beforeAll(async () => {
    opened = await openRestoreHouse(docker, { second });
    ({ house, here, there, backups } = opened);
  }, 120_000);
  afterAll(async () => {
    await opened.stop([app, other]);
    await second.stop();
    await docker.stop();
  });

  const stackOf = (domain: string): string => opened.stackOf(domain);
  const sql = (domain: string, words: string): Promise<string> => opened.sql(domain, words);
  const rows = (domain: string): Promise<string> =>
    sql(domain, "select id, md5, written_at from notes order by id");
  const read = async (domain: string, file: string): Promise<string> =>
    (
      await (domain === other ? there : here).exec(stackOf(domain), "app", { argv: ["cat", file] })
    ).output.trim();
  const fileIn = (domain: string): Promise<string> => read(domain, "/files/deep/marks");
  const passwordIn = (domain: string): Promise<string> => read(domain, "/run/secrets/db_password");
  const run = (input: object, more: { yes?: boolean } = {}): Promise<Told> =>
    tell(house, restore, input, () => more.yes ?? true, { others });
  const left = async (word: string) => ({
    helpers: await opened.helpers(),
    volumes: [...(await here.ground()).volumes, ...(await there.ground()).volumes].filter((name) =>
      name.includes(word),
    ),
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
    expect(await left("drill_")).toEqual({ helpers: [], volumes: [] });
    const networks = await docker.docker.listNetworks();
    expect(networks.filter(({ Name }) => Name.startsWith("drill_"))).toEqual([]);
    expect([...(await here.secretNames())].filter((name) => name.startsWith("drill_"))).toEqual([]);
  });

  it("fails its drill where no label says how its dump is read back: the app would come up empty", async () => {
    const service = docker.docker.getService(`${stackOf(app)}_db`);
    const labelled = async (labels: (now: Record<string, string>) => Record<string, string>) => {
      const { Spec, Version } = (await service.inspect()) as ServiceSeen;
      await service.update({ ...Spec, Labels: labels(Spec.Labels), version: Version.Index });
      return Spec.Labels;
    };
    const hook = "backupbot.restore.post-hook";
    const as = await labelled((now) =>
      Object.fromEntries(Object.entries(now).filter(([key]) => key !== hook)),
    );
    expect(as).toHaveProperty([hook]);
    const unread = (await tell(house, justBackup, { app }, () => true, { others })).text.trim();
    await labelled(() => as);
    const told = await tell(house, drill, { app, backup: unread }, () => true, { others });
    expect(told.problem?.code).toBe("restore-would-be-empty");
    expect(told.text).toContain("A restore does not read db/backup.sql into the database");
    expect(backups.drills(app)[0]).toMatchObject({ outcome: "failed", backup: unread });
    expect(await left("drill_")).toEqual({ helpers: [], volumes: [] });
    backups.mark(unread, "forgotten", null);
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

  it("is lost with its machine, and comes back where it was with its rows and the old values of its secrets", async () => {
    const stack = stackOf(app);
    await here.remove(stack, { secrets: true });
    // What a deploy would do now is said before anybody does it.
    const refused = await run({ app, backup: taken });
    expect(refused.problem?.code).toBe("restore-not-running");
    expect(refused.text).toContain(`A deploy would make these secrets anew**: ${stack}_db_password_v1.`);
    expect(refused.asked).toEqual([]);

    await here.remove(stack, { volumes: true });
    expect((await run({ app, backup: taken, volume: "files" })).problem?.code).toBe("restore-not-running");
    const told = await run({ app, backup: taken });
    expect(told.problem).toBeNull();
    expect(told.asked).toMatchObject([{ weight: "ordinary", subject: app }]);
    expect(told.text).toContain(`Nothing of ${app} is on local any more: it comes back with its settings`);
    expect(told.text).not.toContain("take it off by hand");
    expect(await rows(app)).toBe(before.rows);
    expect(await fileIn(app)).toBe(marks);
    expect(await passwordIn(app)).toBe(before.password);
    expect(house.apps.get(app)).toMatchObject({ server: "local", version: "1.0.0+15.0.0" });
    expect((await house.apps.planDeploy(app, undefined, "k")).isEmpty).toBe(true);
  });

  it("is destroyed, and comes back on a second server over SSH under a new domain, row by row", async () => {
    expect((await tell(house, removeApp, { app })).problem).toBeNull();
    expect((await here.ground()).volumes.filter((name) => name.startsWith(stackOf(app)))).toEqual([]);
    const told = await run({ app, backup: taken, to: "swarm-2", as: other });
    expect(told.problem).toBeNull();
    expect(told.text).toContain(`${other} runs on swarm-2 from the backup \`${taken}\``);
    expect(await here.services(stackOf(other))).toEqual([]);
    expect(await rows(other)).toBe(before.rows);
    expect(await fileIn(other)).toBe(marks);
    expect(await passwordIn(other)).toBe(before.password);
    expect(house.apps.get(other)).toMatchObject({ server: "swarm-2", version: "1.0.0+15.0.0" });
    expect(house.apps.envOf(other)).toContain(`DOMAIN=${other}`);
    expect((await house.apps.planDeploy(other, undefined, "k")).isEmpty).toBe(true);
    expect(await left("drill_")).toEqual({ helpers: [], volumes: [] });
  });
});
