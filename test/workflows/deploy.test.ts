import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashOf } from "../../src/core/canonical.ts";
import { noNode } from "../../src/core/problems/swarm.ts";
import deploy from "../../workflows/deploy.ts";
import register from "../../workflows/register.ts";
import takeBackup from "../../workflows/take-backup.ts";
import undeploy from "../../workflows/undeploy.ts";
import { deployNow, domain, openHouse, register as registered, stack, type House } from "../apps/house.ts";
import { expectGolden } from "../golden.ts";
import { tell } from "./telling.ts";

const app = domain;
let house: House;
beforeEach(() => {
  house = openHouse();
});
afterEach(() => house.db.close());

describe("from nothing to a newer version and off again", () => {
  it("tells the story of the golden file", async () => {
    const told = [];
    told.push(
      await tell(house, register, { recipe: "notes", domain, server: "local", version: "1.0.0+1.0" }),
    );
    told.push(await tell(house, deploy, { app }));
    told.push(await tell(house, deploy, { app }));
    house.apps.set("bo", domain, "TITLE", "Other notes");
    told.push(await tell(house, deploy, { app }));
    told.push(await tell(house, deploy, { app, version: "2.0.0-rc1+2.0" }));
    told.push(await tell(house, undeploy, { app }));
    told.push(await tell(house, undeploy, { app, volumes: true }));
    told.push(await tell(house, undeploy, { app, volumes: true }));
    expect(told.map(({ status }) => status)).toEqual(told.map(() => "done"));
    expect(told.map(({ asked }) => asked.map(({ weight }) => weight).join())).toEqual([
      "",
      "ordinary",
      "",
      "ordinary",
      "ordinary",
      "ordinary",
      "grave",
      "",
    ]);
    expectGolden("messages/deploys.txt", told.map(({ text }) => text).join("\n---\n\n"));
    expect(house.apps.history(domain).map(({ version, outcome }) => `${version ?? ""} ${outcome}`)).toEqual([
      "2.0.0-rc1+2.0 converged",
      "1.0.0+1.0 converged",
      "1.0.0+1.0 converged",
    ]);
    expect(house.swarm.running.get(stack)?.size).toBe(0);
    expect([...house.swarm.volumes]).toEqual([]);
    expect(house.swarm.secrets.size).toBe(2);
  });

  it("binds the question to the plan, and names who may answer", async () => {
    await registered(house);
    const plan = await house.apps.planDeploy(domain, undefined, "k");
    const { asked } = await tell(house, deploy, { app });
    expect(asked).toMatchObject([
      { binds: plan.hash, from: "maintainer", weight: "ordinary", subject: domain },
    ]);
  });
});

describe("a deploy of another version than the one that runs", () => {
  const others = { "take-backup": takeBackup };
  /** Backups whose proving ends so. */
  const backups = (state: "proven" | "doubtful") =>
    ({
      policyOf: () => ({ repository: "nightly", mode: "running", dataBack: "never" }),
      planTake: () => ({ preHooks: [], postHooks: [], dumps: [], mode: "running", repository: "nightly" }),
      ...{ begin: () => undefined, takeVolumes: () => ({}), end: () => undefined, untake: () => undefined },
      prove: () => ({ state, reason: state === "proven" ? null : "It holds nothing." }),
    }) as never;

  it("is backed up first, as an upgrade is, and says so in its question", async () => {
    await registered(house);
    await deployNow(house);
    const safe = { ...house, backups: backups("proven") };
    const told = await tell(safe, deploy, { app, version: "1.1.0+1.1" }, undefined, { others });
    expect([told.status, told.problem]).toEqual(["done", null]);
    expect(told.steps.indexOf("back up")).toBeGreaterThan(0);
    expect(told.steps.indexOf("back up")).toBeLessThan(told.steps.indexOf("deploy"));
    expect(told.text).toContain("A fresh backup is taken first; without it nothing is changed.");
    expect(told.text).toMatch(new RegExp(`With its data as before: \`app restore ${app} [a-z]{5}\``));
    // Also of a commit that is no release, and of an older version, to which no rollback leads back.
    const head = await tell(safe, deploy, { app, chaos: true }, undefined, { others });
    expect(head.text).toMatch(
      new RegExp(
        `To go back to releases, with the program only: \`app deploy ${app}\`. ` +
          `With its data as before: \`app restore ${app} [a-z]{5}\``,
      ),
    );
    // From the commit back to a release, and to an older version, to which no rollback leads back.
    const release = await tell(safe, deploy, { app, version: "1.1.0+1.1" }, undefined, { others });
    expect(release.text).toMatch(
      /To go back, with the program only: `app deploy \S+ [0-9a-f]{8} --chaos`. With/,
    );
    const older = await tell(safe, deploy, { app, version: "1.0.0+1.0" }, undefined, { others });
    expect(older.text).toContain(`To go back, with the program only: \`app deploy ${app} 1.1.0+1.1\`. With`);
    // With other settings alone it is not.
    house.apps.set("bo", domain, "TITLE", "Other notes");
    const again = await tell(safe, deploy, { app }, undefined, { others });
    expect([again.status, again.steps.includes("back up")]).toEqual(["done", false]);
  });

  it.each([
    [{ mode: "off" }, "its policy says that none is taken"],
    [{ repository: null }, "there is no repository for it any more"],
  ])("is not begun when the backup of its question is not taken any more: %o", async (change, why) => {
    await registered(house);
    await deployNow(house);
    const before = house.swarm.changes.length;
    const safe: Record<string, unknown> = backups("proven");
    const policy = { repository: "nightly", mode: "running", dataBack: "never" };
    const story = { ...house, backups: { ...safe, policyOf: () => ({ ...policy }) } as never };
    const wish = { app, version: "1.1.0+1.1" };
    const told = await tell(story, deploy, wish, () => Boolean(Object.assign(policy, change)), { others });
    expect([told.status, told.problem?.code]).toEqual(["failed", "backup-not-as-promised"]);
    expect(told.problem?.happened).toContain(why);
    expect(house.swarm.changes).toHaveLength(before);
    // Asked without a promise it goes on without one.
    expect((await tell(story, deploy, wish, undefined, { others })).status).toBe("done");
  });

  it("is not begun without that backup", async () => {
    await registered(house);
    await deployNow(house);
    const before = house.swarm.changes.length;
    const unsafe = { ...house, backups: backups("doubtful") };
    const told = await tell(unsafe, deploy, { app, version: "1.1.0+1.1" }, undefined, { others });
    expect([told.status, told.problem?.code]).toEqual(["failed", "upgrade-without-backup"]);
    expect(house.swarm.changes).toHaveLength(before);
  });
});

describe("a deploy that does not end well", () => {
  it("says why with the last lines, and puts back what ran", async () => {
    await registered(house);
    await deployNow(house);
    house.swarm.verdict = {
      outcome: "failed",
      reason: "app ended with exit code 1 twice.",
      lastLines: ["Fatal: no such table: notes", "bye"],
      seconds: 7,
    };
    const failed = await tell(house, deploy, { app, version: "1.1.0+1.1" });
    house.swarm.verdict = { outcome: "rolled back", reason: "app was unhealthy", seconds: 7 };
    const back = await tell(house, deploy, { app, version: "1.1.0+1.1" });
    expect([failed, back].map(({ status, problem }) => [status, problem?.code])).toEqual([
      ["undone", "deploy-failed"],
      ["undone", "deploy-rolled-back"],
    ]);
    expectGolden("messages/deploys-failed.txt", `${failed.text}\n---\n\n${back.text}`);
    expect(house.swarm.running.get(stack)?.get("app")).toMatchObject({
      Labels: { [`coop-cloud.${stack}.version`]: "1.0.0+1.0" },
    });
    expect(house.apps.get(domain).version).toBe("1.0.0+1.0");
    expect(house.apps.history(domain).map(({ outcome }) => outcome)).toEqual([
      "rolled back",
      "failed",
      "converged",
    ]);
  });

  it("asks nobody when a check before the first write fails", async () => {
    await registered(house);
    house.swarm.failAt("plan", noNode({ ...noNode.example }));
    const { status, problem, asked } = await tell(house, deploy, { app });
    expect([status, problem?.code, asked.length]).toEqual(["failed", "no-node", 0]);
    expect(house.swarm.changes).toEqual([]);
  });

  it("changes nothing when it is declined", async () => {
    await registered(house);
    const { status, problem } = await tell(house, deploy, { app }, () => false);
    expect([status, problem?.code]).toEqual(["failed", "approval-declined"]);
    expect(house.swarm.changes).toEqual([]);
    expect(house.apps.history(domain)).toEqual([]);
  });
});

describe("a plan that changes between question and yes", () => {
  it("is asked anew; the old voices count for nothing", async () => {
    await registered(house);
    const { status, asked, steps } = await tell(house, deploy, { app }, (_ask, n) => {
      if (n === 1) house.apps.set("bo", domain, "TITLE", "Changed");
      return true;
    });
    expect(status).toBe("done");
    expect(asked).toHaveLength(2);
    expect(asked[0]?.binds).not.toBe(asked[1]?.binds);
    expect(JSON.stringify(asked[1]?.ask)).toContain("The plan has changed since it was approved");
    expect(steps).toContain("check the plan#2");
    expect(house.swarm.running.get(stack)?.get("app")).toMatchObject({
      TaskTemplate: { ContainerSpec: { Env: ["TITLE=Changed"] } },
    });
  });

  it("is given up when it never holds still", async () => {
    await registered(house);
    const { status, problem, asked } = await tell(house, deploy, { app }, (_ask, n) => {
      house.apps.set("bo", domain, "TITLE", `Title ${n}`);
      return true;
    });
    expect([status, problem?.code, asked.length]).toEqual(["failed", "plan-keeps-changing", 3]);
    expect(house.swarm.changes).toEqual([]);
  });

  it("names volumes that appeared before it deletes them", async () => {
    await registered(house);
    await deployNow(house);
    const { status, asked } = await tell(house, undeploy, { app, volumes: true }, (_ask, n) => {
      if (n === 1) house.swarm.volumes.add(`${stack}_uploads`);
      return true;
    });
    expect(status).toBe("done");
    expect(asked.map(({ binds }) => binds)).toEqual([
      hashOf({ app, services: ["app", "db"], volumes: [`${stack}_data`], unseen: [] }),
      hashOf({ app, services: ["app", "db"], volumes: [`${stack}_data`, `${stack}_uploads`], unseen: [] }),
    ]);
    expect(JSON.stringify(asked[1]?.ask)).toContain(`${stack}_uploads`);
  });
});

it("makes an app once: the second one is told who has the domain", async () => {
  await tell(house, register, { recipe: "notes", domain, server: "local" });
  const { status, problem } = await tell(house, register, { recipe: "notes", domain, server: "local" });
  expect([status, problem?.code]).toEqual(["failed", "app-exists"]);
});
