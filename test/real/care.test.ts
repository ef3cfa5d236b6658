/**
 * The everyday care of an app on a real engine: its secrets rotated, restarted, commands and functions inside it,
 * commands after a deploy, files out of it and into it, and its end.
 */
import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openApps, openParcels } from "../../src/apps/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import { systemClock } from "../../src/core/clock.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";
import { openRecipes } from "../../src/recipes/index.ts";
import { bySocket, openSwarm } from "../../src/swarm/index.ts";
import afterDeploy from "../../workflows/after-deploy.ts";
import copy from "../../workflows/copy.ts";
import deploy from "../../workflows/deploy.ts";
import exec from "../../workflows/exec.ts";
import register from "../../workflows/register.ts";
import removeApp from "../../workflows/remove.ts";
import restart from "../../workflows/restart.ts";
import removeSecret from "../../workflows/secret/remove.ts";
import rotate from "../../workflows/secret/rotate.ts";
import { fakeServers } from "../apps/fake-swarm.ts";
import { repository, remove, temporaryFolder } from "../recipes/repository.ts";
import { tell } from "../workflows/telling.ts";
import { useDocker } from "./docker/index.ts";

/** Refuses to start with a secret that begins with `bad`; says its secret's length, which tells versions apart. */
const compose = `version: "3.8"
services:
  app:
    image: \${IMAGE}
    command:
      - /bin/sh
      - -c
      - "case \\"$$(cat /run/secrets/key)\\" in bad*) echo refused the key; sleep 1; exit 3;; esac; exec sleep 1000"
    secrets: [key]
    stop_grace_period: 1s
    volumes: [data:/data]
    deploy:
      endpoint_mode: dnsrr
      restart_policy: { delay: 1s }
      labels:
        - coop-cloud.\${STACK_NAME}.version=1.0.0+1.0.0
volumes: { data: {} }
secrets:
  key:
    external: true
    name: \${STACK_NAME}_key_\${SECRET_KEY_VERSION}
`;
const script = `note() {
  echo "$1 by $APP_NAME" >> /data/notes
}

fail() {
  echo "this went wrong"
  return 7
}
`;
const docker = await useDocker();

describe.skipIf(docker === undefined)("an app that is cared for", () => {
  if (docker === undefined) return;
  const app = AppDomain.parse(`${docker.stackName("care")}.example.coop`);
  const data = temporaryFolder();
  const recipe = repository();
  const sample = `IMAGE=${docker.image}:1.0.0\nSECRET_KEY_VERSION=v1 # length=20\nPOST_DEPLOY_CMDS="app note deployed"\n`;
  recipe.publish("1.0.0+1.0.0", { "compose.yml": compose, ".env.sample": sample, "abra.sh": script });
  const clock = systemClock;
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const swarm = openSwarm({ way: bySocket(docker.socketPath), clock });
  const recipes = openRecipes({ sources: { cared: recipe.dir }, dataDir: data, clock });
  const parcels = openParcels(path.join(data, "parcels"), clock);
  const apps = openApps({ db, clock, audit, recipes, servers: fakeServers(swarm), parcels });
  const house = { db, clock, apps };
  const stack = app.replaceAll(".", "_");
  const run = (argv: string[], more: object = {}) =>
    tell(house, exec, { app, service: "app", argv, isFunction: false, ...more });
  const containerOf = async (): Promise<string> =>
    (await apps.tasks(app)).find(({ state }) => state === "running")?.task ?? "";

  afterAll(async () => {
    await swarm.remove(stack, { volumes: true, secrets: true });
    swarm.close();
    db.close();
    await docker.stop();
    remove(recipe.dir);
    rmSync(data, { recursive: true, force: true });
  });

  it("is deployed, and what its recipe wants done afterwards is done", async () => {
    expect((await tell(house, register, { recipe: "cared", domain: app, server: "local" })).status).toBe(
      "done",
    );
    const told = await tell(house, deploy, { app }, () => true, { others: { "after-deploy": afterDeploy } });
    expect(told.text).toContain("then run `note deployed` in app");
    expect(told.text).toContain("`app note deployed` has run");
    expect(told.status).toBe("done");
    expect((await run(["cat", "/data/notes"])).text).toContain(`deployed by ${app}`);
  }, 120_000);

  it("runs commands and functions, says how they end, and hides the values of its secrets", async () => {
    const failed = await run(["sh", "-c", "echo to be seen; exit 3"]);
    expect(failed.text).toContain("ended with code 3");
    expect(failed.text).toContain("to be seen");
    const shown = await run(["sh", "-c", "echo the key: $(cat /run/secrets/key)"]);
    expect(shown.text).toContain("the key: •••");
    expect((await run(["note", "it's me"], { isFunction: true })).status).toBe("done");
    expect((await run(["cat", "/data/notes"])).text).toContain(`it's me by ${app}`);
    const seven = await run(["fail"], { isFunction: true });
    expect(seven.text).toContain("`fail` ended with code 7 in app");
    expect((await run(["rm", "-rf"], { isFunction: true })).problem?.code).toBe("function-unknown");
  }, 120_000);

  it("gives files out and takes them in", async () => {
    const put = parcels.keep("in", Buffer.from("carried in\n"));
    const into = (path: string) => tell(house, copy, { app, service: "app", path, put });
    expect((await into("/data/in.txt")).text).toContain("Nothing stands there under that name yet.");
    expect((await run(["cat", "/data/in.txt"])).text).toContain("carried in");
    expect((await into("/data/in.txt")).text).toContain("under that name, 11 bytes, is overwritten.");
    const out = await tell(house, copy, { app, service: "app", path: "/data/in.txt" });
    const { attachment } = out.output as { attachment: { name: string; parcel: string } };
    expect([attachment.name, parcels.read(attachment.parcel)?.toString()]).toEqual([
      "in.txt",
      "carried in\n",
    ]);
    const folder = await tell(house, copy, { app, service: "app", path: "/data" });
    const packed = (folder.output as { attachment: { name: string; parcel: string } }).attachment;
    expect([packed.name, parcels.read(packed.parcel)?.readUInt16BE(0)]).toEqual(["data.tar.gz", 0x1f8b]);
    const none = await tell(house, copy, { app, service: "app", path: "/nowhere" });
    expect(none.problem?.code).toBe("path-not-there");
  }, 60_000);

  it("puts a file in the place of a file or a link, never of a folder, and under its whole name", async () => {
    const put = parcels.keep("in", Buffer.from("carried in\n"));
    const into = (path: string, asked?: () => Promise<boolean>) =>
      tell(house, copy, { app, service: "app", path, put }, asked);
    await run(["sh", "-c", "mkdir -p /data/site && echo kept > /data/site/kept && ln -s site /data/to-site"]);
    const over = await into("/data/site");
    expect([over.problem?.code, over.asked]).toEqual(["path-is-folder", []]);
    // The folder comes while people think, after the last look.
    const plan = await apps.planCopy(app, { service: "app", path: "/data/late", put });
    await run(["sh", "-c", "mkdir /data/late"]);
    await expect(apps.copyIn(plan, put)).rejects.toMatchObject({ code: "path-is-folder" });
    expect((await into("/data/none/x")).problem?.code).toBe("path-not-there");
    expect((await into("/data/to-site/in")).status).toBe("done");
    const link = await into("/data/to-site");
    expect(link.text).toContain("is a link; the file takes its place.");
    await run(["sh", "-c", "mkfifo /data/pipe"]);
    expect((await into("/data/pipe")).text).toContain("is no file, such as a socket");
    const long = `${"ö".repeat(60)}-${"n".repeat(80)}`;
    expect((await into(`/data/${long}`)).status).toBe("done");
    const there = (await run(["sh", "-c", "cd /data; cat site/kept site/in to-site pipe"])).text;
    expect(there.match(/carried in/g)).toHaveLength(3);
    expect(there).toContain("kept");
    expect((await run(["cat", `/data/${long}`])).text).toContain("carried in");
  }, 120_000);

  it("restarts: a new container, and the next deploy has nothing to do", async () => {
    const before = await containerOf();
    const told = await tell(house, restart, { app, service: "app" });
    expect(told.text).toContain(`app of ${app} restarted, healthy after`);
    expect(await containerOf()).not.toBe(before);
    expect((await apps.planDeploy(app, undefined, "k")).isEmpty).toBe(true);
  }, 120_000);

  it("rotates a secret in one command", async () => {
    const told = await tell(house, rotate, { app, secret: "key" });
    expect(told.text).toContain("v2 is in use");
    expect(told.text).toContain(`gone for good: the old secret ${stack}_key_v1`);
    expect(await apps.secrets(app)).toEqual([
      {
        ...{ secret: "key", version: "v2", name: `${stack}_key_v2`, exists: true },
        ...{ usedBy: ["app"], generate: true },
      },
    ]);
    expect((await apps.planDeploy(app, undefined, "k")).isEmpty).toBe(true);
  }, 120_000);

  it("takes a rotation back whose new value is not taken", async () => {
    await apps.putSecret(app, "key", "v3", "bad value");
    const told = await tell(house, rotate, { app, secret: "key", inserted: true });
    expect([told.status, told.problem?.code]).toEqual(["undone", "rotate-failed"]);
    expect(told.problem?.happened).toContain("refused the key");
    expect((await apps.secrets(app)).map(({ name, usedBy }) => [name, usedBy])).toEqual([
      [`${stack}_key_v2`, ["app"]],
    ]);
    expect(apps.envOf(app)).toContain("SECRET_KEY_VERSION=v2 # length=20");
    await expect.poll(containerOf, { timeout: 30_000, interval: 200 }).not.toBe("");
  }, 180_000);

  it("has kept no value anywhere", async () => {
    const found = await swarm.exec(stack, "app", { argv: ["cat", "/run/secrets/key"] });
    expect(found.output).toHaveLength(20);
    const tables = ["run", "step", "audit", "app", "deploy", "approval", "secret_form"];
    const kept = tables.map((table) => JSON.stringify(db.sqlite.prepare(`select * from "${table}"`).all()));
    expect(kept.filter((text) => text.includes(found.output) || text.includes("bad value"))).toEqual([]);
  });

  it("does not remove a secret that is in use, and says who uses it", async () => {
    const told = await tell(house, removeSecret, { app, secret: "key" });
    expect(told.problem?.code).toBe("secret-in-use");
  });

  it("is removed with everything, named before", async () => {
    const told = await tell(house, removeApp, { app });
    expect(told.asked[0]?.weight).toBe("grave");
    expect(told.text).toContain(`The volume \`${stack}_data\` and everything in it is deleted.`);
    expect(told.text).toContain(`The secret \`${stack}_key_v2\` is deleted.`);
    expect(told.status).toBe("done");
    expect(apps.find(app)).toBeUndefined();
    expect(await swarm.belongings(stack)).toEqual({ volumes: [], secrets: [], unseen: [] });
    expect(apps.history(app)).toHaveLength(1);
  }, 120_000);
});
