/**
 * A newer version of which the second of three services fails: all three are back at the images from before. And
 * an upgrade that the swarm takes back by itself, which looks well afterwards, is a failure with its cause.
 */
import { rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { openApps } from "../../src/apps/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import { systemClock } from "../../src/core/clock.ts";
import { AppDomain, RecipeName, RecipeVersion, ServerName } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";
import { openRecipes } from "../../src/recipes/index.ts";
import { bySocket, openSwarm } from "../../src/swarm/index.ts";
import deploy from "../../workflows/deploy.ts";
import { fakeServers } from "../apps/fake-swarm.ts";
import { repository, temporaryFolder } from "../recipes/repository.ts";
import { tell } from "../workflows/telling.ts";
import { useDocker } from "./docker/index.ts";

const docker = await useDocker();

describe.skipIf(docker === undefined)("a stack goes back whole", { timeout: 120_000 }, () => {
  if (docker === undefined) return;
  const data = temporaryFolder();
  const source = repository();
  const clock = systemClock;
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const swarm = openSwarm({ way: bySocket(docker.socketPath), clock });
  const recipes = openRecipes({ sources: { trio: source.dir }, dataDir: data, clock });
  const house = { db, clock, apps: openApps({ db, clock, audit, recipes, servers: fakeServers(swarm) }) };
  const domain = AppDomain.parse(`${docker.stackName("trio")}.example.coop`);
  const stack = domain.replaceAll(".", "_");
  const v = (text: string) => RecipeVersion.parse(text);

  /** `update` of each service; the third is the app. */
  const compose = (tags: { db: string; worker: string; app: string }, update: string): string =>
    [
      'version: "3.8"',
      "services:",
      ...Object.entries(tags).flatMap(([service, tag]) => [
        `  ${service}:`,
        `    image: ${docker.image}:${tag}`,
        "    stop_grace_period: 1s",
        ...(service === "app" ? ["    depends_on: [db, worker]"] : []),
        ...(service === "worker" ? ["    depends_on: [db]"] : []),
        "    deploy:",
        "      endpoint_mode: dnsrr",
        "      restart_policy: { delay: 1s }",
        `      update_config: { ${update} }`,
      ]),
      "",
    ].join("\n");
  const publish = (version: string, text: string): void =>
    source.publish(version, { "compose.yml": text, ".env.sample": "TYPE=trio\nDOMAIN=trio.example.com\n" });

  afterAll(async () => {
    await swarm.remove(stack, { volumes: true, secrets: true });
    swarm.close();
    db.close();
    await docker.stop();
    for (const dir of [data, source.dir]) rmSync(dir, { recursive: true, force: true });
  });

  /** Service and image, digest included, as the specs have it. */
  const images = async (): Promise<Record<string, string>> => {
    const found = (await docker.docker.listServices({
      filters: JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`] }),
    })) as unknown as { Spec: { Name: string; TaskTemplate: { ContainerSpec: { Image: string } } } }[];
    return Object.fromEntries(
      found.map(({ Spec }) => [Spec.Name.slice(stack.length + 1), Spec.TaskTemplate.ContainerSpec.Image]),
    );
  };
  const upTasks = async (): Promise<number> =>
    (await swarm.tasks(stack)).filter(({ state }) => state === "running").length;

  it("when the second of three services does not come up", async () => {
    publish("1.0.0+1.0.0", compose({ db: "1.0.0", worker: "1.0.0", app: "1.0.0" }, "monitor: 2s"));
    publish("2.0.0+1.0.1", compose({ db: "1.0.1", worker: "crash", app: "1.0.1" }, "monitor: 2s"));
    const recipe = RecipeName.parse("trio");
    const { env } = await house.apps.prepare(domain, recipe, v("1.0.0+1.0.0"));
    const server = ServerName.parse("local");
    house.apps.create("ana", { domain, recipe, server, env, version: v("1.0.0+1.0.0") });
    expect((await tell(house, deploy, { app: domain })).status).toBe("done");
    const before = await images();
    expect(Object.keys(before).sort()).toEqual(["app", "db", "worker"]);
    for (const image of Object.values(before)) expect(image).toMatch(/:1\.0\.0@sha256:/);

    const told = await tell(house, deploy, { app: domain, version: "2.0.0+1.0.1" });
    expect(told).toMatchObject({ status: "undone", problem: { code: "deploy-failed" } });
    expect(told.text).toContain("cannot reach the database at db:5432");
    expect(told.text).toContain("1.0.0+1.0.0 is put back as it was before.");
    expect(await images()).toEqual(before);
    await expect.poll(upTasks, { timeout: 60_000, interval: 300 }).toBe(3);
    expect(house.apps.get(domain).version).toBe("1.0.0+1.0.0");
    expect(house.apps.history(domain)[0]).toMatchObject({ version: "2.0.0+1.0.1", outcome: "failed" });
    // Nothing of the failed version is left to be mended.
    expect((await house.apps.planDeploy(domain, undefined, "k")).isEmpty).toBe(true);
  });

  it("when the swarm takes the update of one back in silence", async () => {
    const rollback = "order: start-first, failure_action: rollback, monitor: 4s";
    publish("1.1.0+1.0.0", compose({ db: "1.0.0", worker: "1.0.0", app: "1.0.0" }, rollback));
    publish("1.2.0+1.0.1", compose({ db: "1.0.1", worker: "1.0.1", app: "crash" }, rollback));
    expect((await tell(house, deploy, { app: domain, version: "1.1.0+1.0.0" })).status).toBe("done");
    const before = await images();
    const told = await tell(house, deploy, { app: domain, version: "1.2.0+1.0.1" });
    expect(told).toMatchObject({ status: "undone", problem: { code: "deploy-rolled-back" } });
    expect(told.text).toContain("cannot reach the database at db:5432");
    // The app went back by itself, its neighbours are put back.
    expect(await images()).toEqual(before);
    await expect.poll(upTasks, { timeout: 60_000, interval: 300 }).toBe(3);
    expect(house.apps.get(domain).version).toBe("1.1.0+1.0.0");
    expect(house.apps.history(domain)[0]).toMatchObject({ outcome: "rolled back" });
  });
});
