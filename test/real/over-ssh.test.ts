/**
 * What the other files do through the socket of this machine, through a real sshd: secrets, functions, the taking over
 * of an app of abra's; and a whole move to the Swarm of another engine, which is asked over SSH alone.
 */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import insert from "../../commands/app/secret/insert.ts";
import { openApps, openParcels, openSecretForms, type SecretForms } from "../../src/apps/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import { render } from "../../src/chat/render.ts";
import { systemClock } from "../../src/core/clock.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";
import { openRecipes } from "../../src/recipes/index.ts";
import { bySocket, bySsh, openSwarm, type Swarm } from "../../src/swarm/index.ts";
import adopt from "../../workflows/adopt.ts";
import deploy from "../../workflows/deploy.ts";
import exec from "../../workflows/exec.ts";
import move from "../../workflows/move.ts";
import register from "../../workflows/register.ts";
import removeApp from "../../workflows/remove.ts";
import generate from "../../workflows/secret/generate.ts";
import removeSecret from "../../workflows/secret/remove.ts";
import rotate from "../../workflows/secret/rotate.ts";
import { fakeServers } from "../apps/fake-swarm.ts";
import { repository, remove, temporaryFolder } from "../recipes/repository.ts";
import { browser } from "../web/browse.ts";
import { house as houseOfWeb, publicUrl } from "../web/house.ts";
import { tell } from "../workflows/telling.ts";
import { abraWay, cli } from "./abra-way.ts";
import { useDocker } from "./docker/index.ts";
import { useSecondEngine } from "./docker/second-engine.ts";
import { haveSshd, startSshd, type TestSshd } from "./ssh/sshd.ts";

const docker = haveSshd() ? await useDocker() : undefined;
const second = docker && (await useSecondEngine(docker.image.split("/")[0] ?? ""));

const version = "1.0.0+1.0.0";
const compose = (image: string): string => `version: "3.8"
services:
  app:
    image: ${image}:1.0.0
    secrets: [key]
    stop_grace_period: 1s
    volumes: [data:/data]
    deploy:
      endpoint_mode: dnsrr
      labels: ["coop-cloud.\${STACK_NAME}.version=${version}"]
volumes: { data: {} }
secrets:
  key: { external: true, name: "\${STACK_NAME}_key_\${SECRET_KEY_VERSION}" }
`;
const script = `note() {
  echo "$1 by $APP_NAME" >> /data/notes
}
`;

describe.skipIf(docker === undefined)("apps of servers behind a real sshd", { timeout: 120_000 }, () => {
  if (docker === undefined) return;
  const app = AppDomain.parse(`${docker.stackName("far")}.example.coop`);
  const stack = app.replaceAll(".", "_");
  const abras = AppDomain.parse(`${docker.stackName("abras")}.example.coop`);
  const data = temporaryFolder();
  const recipe = repository();
  const sample = "SECRET_KEY_VERSION=v1 # length=20\n";
  const files = { "compose.yml": compose(docker.image), ".env.sample": sample, "abra.sh": script };
  recipe.publish(version, files);
  const clock = systemClock;
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const recipes = openRecipes({ sources: { far: recipe.dir }, dataDir: data, clock });
  const parcels = openParcels(path.join(data, "parcels"), clock);
  const here = openSwarm({ way: bySocket(docker.socketPath), clock });
  let sshd: TestSshd;
  let near: Swarm;
  let far: Swarm;
  let forms: SecretForms;
  let house: { db: typeof db; clock: typeof clock; apps: ReturnType<typeof openApps> };

  beforeAll(async () => {
    sshd = await startSshd();
    const { port, user, keyFile, hostKey } = sshd;
    const behind = (name: string, socket: string): Swarm =>
      openSwarm({
        way: bySsh({ host: "127.0.0.1", port, user, keyFile, hostKey, socket }, { name, clock }),
        clock,
      });
    near = behind("swarm-1", docker.socketPath);
    far = behind("swarm-2", second?.socketPath ?? docker.socketPath);
    const servers = fakeServers(here, { "swarm-1": near, "swarm-2": far });
    house = {
      db,
      clock,
      apps: openApps({ db, clock, audit, recipes, servers, parcels }),
    };
    // Whose link it is is looked up in the house of the web, where bo is a maintainer.
    const { people } = houseOfWeb();
    forms = openSecretForms({ db, clock, audit, people, apps: house.apps, publicUrl });
  });
  afterAll(async () => {
    for (const one of [stack, abras.replaceAll(".", "_")])
      await here.remove(one, { volumes: true, secrets: true });
    for (const swarm of [here, near, far]) swarm.close();
    db.close();
    await second?.stop();
    await sshd.stop();
    await docker.stop();
    remove(recipe.dir);
    rmSync(data, { recursive: true, force: true });
  });

  const inside = async (argv: string[], isFunction = false): Promise<string> =>
    (await tell(house, exec, { app, service: "app", argv, isFunction })).text;
  const secrets = async () => (await house.apps.secrets(app)).map(({ name, usedBy }) => [name, ...usedBy]);

  it("secrets are made, put in, rotated, listed and removed", async () => {
    await tell(house, register, { recipe: "far", domain: app, server: "swarm-1" });
    expect((await tell(house, generate, { app })).text).toContain(`\`${stack}_key_v1\``);
    expect((await tell(house, deploy, { app })).status).toBe("done");
    expect((await inside(["sh", "-c", "busybox wc -c < /run/secrets/key"])).match(/\b20\b/)).not.toBeNull();
    await house.apps.putSecret(app, "key", "v2", "put in by hand");
    expect(await secrets()).toEqual([[`${stack}_key_v2`], [`${stack}_key_v1`, "app"]].sort());
    expect((await tell(house, rotate, { app, secret: "key", inserted: true })).status).toBe("done");
    expect(await secrets()).toEqual([[`${stack}_key_v2`, "app"]]);
    await house.apps.putSecret(app, "key", "v3", "for nobody");
    expect((await tell(house, removeSecret, { app, secret: `${stack}_key_v3` })).status).toBe("done");
    expect(await secrets()).toEqual([[`${stack}_key_v2`, "app"]]);
  });

  it("a value that is typed into the one-time form reaches the container, and stands nowhere else", async () => {
    const planted = `typed-${randomBytes(9).toString("hex")}`;
    house.apps.set("ana", app, "SECRET_KEY_VERSION", "v4");
    const web = houseOfWeb({ parts: { secretForms: forms } });
    const by = { member: { name: "bo" } };
    const told = await insert.run({
      args: { app, secret: "key" },
      by,
      apps: house.apps,
      secretForms: forms,
    } as never);
    if (told.kind !== "private") expect.fail("the link was told to everybody");
    expect(render(told.public).body).not.toContain("token=");
    const link = new URL(/https:\S+token=[\w-]+/.exec(render(told.message).body)?.[0] ?? "");
    const one = browser(web);
    expect(await (await one.get(link.pathname + link.search)).text()).toContain(`The secret key of ${app}`);
    const token = link.searchParams.get("token") ?? "";
    const sent = await one.post("/secret", { token, value: `${planted}\r\n` });
    expect([sent.status, sent.headers.get("location")]).toEqual([303, "/secret?done=inserted"]);
    expect((await one.post("/secret", { token, value: "another" })).status).toBe(422);
    expect((await tell(house, deploy, { app })).status).toBe("done");
    // What is read is compared there: an answer would hide it.
    const same = ["sh", "-c", `test "$(cat /run/secrets/key)" = "$1" && echo it is the same`, "sh", planted];
    const { output } = await near.exec(stack, "app", { argv: same });
    expect(output).toBe("it is the same\n");
    const tables = ["run", "step", "audit", "app", "deploy", "secret_form"];
    for (const table of tables)
      expect(JSON.stringify(db.sqlite.prepare(`select * from "${table}"`).all()), table).not.toContain(
        planted,
      );
    expect(JSON.stringify(web.logged)).not.toContain(planted);
    // The one before it is nobody's by now.
    expect((await tell(house, removeSecret, { app, secret: `${stack}_key_v2` })).status).toBe("done");
    expect(await secrets()).toEqual([[`${stack}_key_v4`, "app"]]);
  });

  it("a function of the recipe runs in the container", async () => {
    await inside(["note", "said far away"], true);
    expect(await inside(["cat", "/data/notes"])).toContain(`said far away by ${app}`);
  });

  it.skipIf(cli === undefined)("an app of abra's is found and taken over, and no task restarts", async () => {
    const abra = abraWay(docker);
    const [name, env] = [abras.replaceAll(".", "_"), `TYPE=far\nDOMAIN=${abras}\n${sample}`];
    abra.secret(`${name}_key_v1`, "abra made this");
    abra.deploy({ stack: name, recipe: "far", version, compose: files["compose.yml"], env });
    const running = async (): Promise<string[]> =>
      (await near.tasks(name)).filter(({ state }) => state === "running").map(({ task }) => task);
    await expect.poll(running, { timeout: 60_000, interval: 300 }).toHaveLength(1);
    const before = await running();
    const told = await tell(house, adopt, { app: abras, server: "swarm-1" });
    expect(told.text).toContain("it was understood whole");
    expect(house.apps.get(abras)).toMatchObject({ server: "swarm-1", recipe: "far", version });
    expect((await tell(house, deploy, { app: abras })).text).toContain("there is nothing to change");
    expect(await running()).toEqual(before);
  });

  it.skipIf(second === undefined)(
    "an app moves to another Swarm with its data, and away from the first",
    async () => {
      const marks = randomBytes(20).toString("hex");
      await inside(["sh", "-c", `echo ${marks} > /data/marks; busybox chmod 640 /data/marks`]);
      const told = await tell(house, move, { app, server: "swarm-2" });
      expect(told.problem).toBeNull();
      expect(told.asked[0]?.weight).toBe("grave");
      expect(told.text).toContain("Its services are there as they are here.");
      expect(told.text).toContain(`${app} runs on swarm-2, healthy after`);
      expect(house.apps.get(app).server).toBe("swarm-2");
      expect(await inside(["sh", "-c", "cat /data/marks; busybox stat -c %a /data/marks"])).toMatch(
        new RegExp(`${marks}\\s+640`),
      );
      expect((await far.services(stack)).map(({ running }) => running)).toEqual([1]);
      expect(await here.services(stack)).toEqual([]);
      // The old volume stays until a person removes it.
      expect((await here.ground()).volumes).toContain(`${stack}_data`);
      expect((await tell(house, removeApp, { app })).status).toBe("done");
      expect(await far.belongings(stack)).toEqual({ volumes: [], secrets: [], unseen: [] });
    },
  );
});
