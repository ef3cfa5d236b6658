/**
 * The sample recipe on a real engine, from nothing to a page, to a newer one, to a broken one and back, and
 * off again.
 */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openApps } from "../../src/apps/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import { systemClock } from "../../src/core/clock.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";
import { openRecipes } from "../../src/recipes/index.ts";
import { bySocket, openSwarm } from "../../src/swarm/index.ts";
import deploy from "../../workflows/deploy.ts";
import register from "../../workflows/register.ts";
import undeploy from "../../workflows/undeploy.ts";
import { fakeServers } from "../apps/fake-swarm.ts";
import { temporaryFolder } from "../recipes/repository.ts";
import { tell } from "../workflows/telling.ts";
import { freePort, useDocker } from "./docker/index.ts";
import { tarOf } from "./docker/tar.ts";

const recipe = path.join(import.meta.dirname, "../../recipes/custom-html");
const docker = await useDocker({ images: false });

describe.skipIf(docker === undefined)("an app on a real engine", () => {
  if (docker === undefined) return;
  const app = AppDomain.parse(`${docker.stackName("page")}.example.coop`);
  const image = `${docker.prefix}custom-html:1.0.0`;
  const data = temporaryFolder();
  const clock = systemClock;
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const swarm = openSwarm({ way: bySocket(docker.socketPath), clock });
  const recipes = openRecipes({ sources: { "custom-html": recipe }, dataDir: data, clock });
  const house = { db, clock, apps: openApps({ db, clock, audit, recipes, servers: fakeServers(swarm) }) };
  let page = "";

  afterAll(async () => {
    if (house.apps.find(app) !== undefined) {
      await swarm.remove(house.apps.get(app).stack, { volumes: true, secrets: true });
    }
    await docker.docker.getImage(image).remove({ force: true });
    swarm.close();
    db.close();
    await docker.stop();
    rmSync(data, { recursive: true, force: true });
  });

  const text = async (): Promise<string> => {
    const response = await fetch(page);
    expect(response.status).toBe(200);
    return response.text();
  };

  it("builds the image that the recipe speaks of", async () => {
    const context = tarOf([
      { path: "Dockerfile", bytes: readFileSync(path.join(recipe, "image/Dockerfile")), mode: 0o644 },
      { path: "busybox", bytes: readFileSync("/bin/busybox") },
    ]);
    const built = await docker.docker.buildImage(context as unknown as string, { t: image });
    await new Promise<void>((done, failed) => {
      docker.docker.modem.followProgress(built, (thrown: Error | null) =>
        thrown === null ? done() : failed(thrown),
      );
    });
    expect((await docker.docker.getImage(image).inspect()).Config.Entrypoint).toEqual(["/bin/busybox"]);
  });

  it("deploys it, and the page answers", async () => {
    const port = await freePort();
    page = `http://127.0.0.1:${port}/`;
    const input = { recipe: "custom-html", domain: app, server: "local", version: "1.0.0+1.0.0" };
    expect((await tell(house, register, input)).status).toBe("done");
    house.apps.set("ana", app, "PORT", String(port));
    house.apps.set("ana", app, "IMAGE", image);
    house.apps.set("ana", app, "TITLE", "It's <ours>");
    const told = await tell(house, deploy, { app });
    expect(told.text).toContain(`${app} runs 1.0.0+1.0.0, healthy after`);
    expect(told.text).toContain(`Open it: http://localhost:${port}`);
    expect(told.status).toBe("done");
    expect(await text()).toContain(`This is ${app}.`);
    expect(await text()).not.toContain("Version");
    expect((await house.apps.status()).map(({ state }) => state)).toEqual(["running"]);
    expect(await house.apps.services(app)).toMatchObject([{ service: "app", running: 1, wanted: 1 }]);
  });

  it("has nothing to do the second time", async () => {
    const told = await tell(house, deploy, { app });
    expect(told.text).toBe(`${app} already runs 1.0.0+1.0.0; there is nothing to change.\n`);
  });

  it("upgrades it", async () => {
    const told = await tell(house, deploy, { app, version: "1.1.0+1.0.0" });
    expect(told.text).toContain("The page says its version.");
    expect(told.text).toContain("Tandem takes no backup of it first: make sure that there is a fresh one.");
    expect(told.text).toContain(`\`app deploy ${app} 1.0.0+1.0.0\``);
    expect(await text()).toContain("Version 1.1.0");
  });

  it("says why the broken version failed, and the page before it answers again", async () => {
    const told = await tell(house, deploy, { app, version: "1.2.0-broken+1.0.0" });
    expect(told.problem?.code).toMatch(/^deploy-(rolled-back|failed)$/);
    expect(told.status).toBe("undone");
    expect(told.problem?.happened).toContain("/srv/pages");
    expect(told.problem?.means).toContain("1.1.0+1.0.0");
    expect(house.apps.get(app).version).toBe("1.1.0+1.0.0");
    expect(house.apps.history(app)[0]).toMatchObject({
      version: "1.2.0-broken+1.0.0",
      finishedAt: expect.any(String) as string,
    });
    await expect.poll(text, { timeout: 20_000, interval: 200 }).toContain("Version 1.1.0");
    expect((await house.apps.planDeploy(app, undefined, "k")).isEmpty).toBe(true);
  }, 120_000);

  it("does not deploy what was changed behind the approval", async () => {
    const told = await tell(house, deploy, { app, version: "1.0.0+1.0.0" }, async (_ask, n) => {
      if (n > 1) return false;
      const service = docker.docker.getService(`${house.apps.get(app).stack}_app`);
      const { Spec, Version } = (await service.inspect()) as {
        Spec: { Labels: object };
        Version: { Index: number };
      };
      await service.update({ ...Spec, Labels: { ...Spec.Labels, "by.hand": "yes" }, version: Version.Index });
      return true;
    });
    expect(told.asked).toHaveLength(2);
    expect(told.asked[0]?.binds).not.toBe(told.asked[1]?.binds);
    expect(told.problem?.code).toBe("approval-declined");
    expect(await text()).toContain("Version 1.1.0");
  });

  it("takes it off, and the page is gone", async () => {
    const told = await tell(house, undeploy, { app });
    expect(told.status).toBe("done");
    await expect(fetch(page)).rejects.toThrow();
    expect(await house.apps.belongings(app)).toMatchObject({ services: [] });
    expect((await tell(house, undeploy, { app, volumes: true })).text).toBe(
      `Nothing of ${app} is on its server.\n`,
    );
  });
});
