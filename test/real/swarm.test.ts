/** What Tandem does to a real Swarm beside giving verdicts: share it, refuse, put back, remove, show. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { canonicalJson } from "../../src/core/canonical.ts";
import { systemClock } from "../../src/core/clock.ts";
import { bySocket, openSwarm, type LateProblem } from "../../src/swarm/index.ts";
import { freePort, useDocker, type TestDocker } from "./docker/index.ts";
import { fixtures, openStacks } from "./docker/stacks.ts";

const docker = await useDocker();
const cli = ["/usr/local/bin/docker", "/usr/bin/docker"].find((file) => existsSync(file));

interface Running {
  ID: string;
  Version: { Index: number };
  Spec: { Name: string; Labels: Record<string, string> };
}

async function servicesOf({ docker: engine }: TestDocker, stack: string): Promise<Running[]> {
  const filters = JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`] });
  const found = (await engine.listServices({ filters })) as unknown as Running[];
  return found.sort((a, b) => (a.Spec.Name < b.Spec.Name ? -1 : 1));
}

async function tasksOf({ docker: engine }: TestDocker, stack: string): Promise<string[]> {
  const filters = JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`] });
  return ((await engine.listTasks({ filters })) as { ID: string }[]).map((task) => task.ID).sort();
}

const pause = (ms: number) => new Promise((rested) => setTimeout(rested, ms));

describe.skipIf(docker === undefined)("a stack on a real Swarm", { timeout: 90_000 }, () => {
  if (docker === undefined) return;
  const stacks = openStacks(docker);
  const { swarm } = stacks;

  afterAll(async () => {
    await stacks.stop().finally(() => docker.stop());
  });

  it.concurrent("is shared with the docker CLI: neither restarts a task of the other's", async () => {
    const stack = stacks.fresh("shared");
    const env = { IMAGE: docker.image, STACK: stack, PORT: String(await freePort()) };
    const deployByCli = (): void => {
      const file = path.join(fixtures, "full.yml");
      execFileSync(cli ?? "docker", ["stack", "deploy", "-c", file, stack], {
        env: {
          PATH: process.env["PATH"] ?? "",
          HOME: tmpdir(),
          DOCKER_HOST: `unix://${docker.socketPath}`,
          ...env,
        },
        stdio: "pipe",
      });
    };
    expect((await stacks.deploy(stack, "full", { env })).outcome).toBe("converged");
    const tasks = await tasksOf(docker, stack);
    expect(tasks).toHaveLength(2);

    deployByCli();
    await pause(3000);
    expect(await tasksOf(docker, stack)).toEqual(tasks);

    const again = await stacks.plan(stack, "full", { env });
    expect(again).toMatchObject({ isEmpty: true, diff: "" });
    // The same but for a label: this one is written, and still nothing restarts.
    const labelled = await stacks.plan(stack, "full", {
      env,
      appLabels: { "coop-cloud.version": "1.0.0+1" },
    });
    expect(labelled.diff).toBe("~ app\n  + label coop-cloud.version=1.0.0+1");
    await swarm.apply(labelled, { "tandem.run": "bakor" });
    expect(await swarm.watch(labelled)).toMatchObject({ outcome: "converged" });
    await pause(2000);
    expect(await tasksOf(docker, stack)).toEqual(tasks);
    const [app] = await servicesOf(docker, stack);
    expect(app?.Spec.Labels).toMatchObject({ "tandem.run": "bakor", "coop-cloud.version": "1.0.0+1" });

    deployByCli();
    await pause(1000);
    expect(await tasksOf(docker, stack)).toEqual(tasks);
  });

  it.concurrent("that was put back is seen to run, or not to", { timeout: 180_000 }, async () => {
    const stack = stacks.fresh("standing");
    const standing = async () =>
      swarm.watch(await swarm.planLive(stack, { nothing: true }), { isFresh: true });
    const env = { PLANTED: "" };
    await stacks.deploy(stack, "healthy");
    const crashing = await stacks.plan(stack, "crash", { env });
    await swarm.apply(crashing);
    expect(await swarm.watch(crashing)).toMatchObject({ outcome: "failed" });
    await swarm.restore(stack, crashing.before, crashing);
    expect(await standing()).toMatchObject({ outcome: "converged" });

    await swarm.apply(await stacks.plan(stack, "crash", { env }));
    const over = await stacks.plan(stack, "healthy");
    await stacks.deploy(stack, "healthy");
    await swarm.restore(stack, over.before);
    // In the second for which it lives it looks well.
    const isRunning = async () => (await swarm.services(stack))[0]?.running === 1;
    await vi.waitUntil(isRunning, { timeout: 60_000, interval: 50 });
    expect(await standing()).toMatchObject({ outcome: "failed", lastLines: ["connecting with"] });
  });

  it.concurrent("changes nothing when nothing has changed", async () => {
    const stack = stacks.fresh("same");
    expect((await stacks.deploy(stack, "healthy")).outcome).toBe("converged");
    const before = await servicesOf(docker, stack);
    const plan = await stacks.plan(stack, "healthy");
    expect(plan).toMatchObject({ isEmpty: true, changes: [{ service: "app", change: "same" }], diff: "" });
    await swarm.apply(plan);
    expect(await swarm.watch(plan)).toMatchObject({ outcome: "converged" });
    expect(await servicesOf(docker, stack)).toEqual(before);
  });

  it.concurrent(
    "goes on where an interrupted apply stopped, and a second apply changes nothing",
    async () => {
      const stack = stacks.fresh("again");
      const plan = await stacks.plan(stack, "pair", { env: { TAG: "1.0.0" } });
      expect(plan.changes.map((one) => one.service)).toEqual(["db", "app"]);
      await swarm.apply(plan);
      const all = await servicesOf(docker, stack);
      const app = all.find((one) => one.Spec.Name === `${stack}_app`);
      // As if the power had gone before `app` was sent.
      await docker.docker.getService(app?.ID ?? "").remove();
      await swarm.apply(plan);
      const [, db] = await servicesOf(docker, stack);
      expect(db?.Version).toEqual(all.find((one) => one.Spec.Name === `${stack}_db`)?.Version);
      const once = await servicesOf(docker, stack);
      expect(once).toHaveLength(2);
      await swarm.apply(plan);
      expect(await servicesOf(docker, stack)).toEqual(once);
      expect((await swarm.watch(plan)).outcome).toBe("converged");
    },
  );

  it.concurrent("is left alone when it is no longer what the plan was made for", async () => {
    const stack = stacks.fresh("changed");
    expect((await stacks.deploy(stack, "pair", { env: { TAG: "1.0.0" } })).outcome).toBe("converged");
    const plan = await stacks.plan(stack, "pair", { env: { TAG: "1.0.1" } });
    const sameAgain = await stacks.plan(stack, "pair", { env: { TAG: "1.0.1" } });
    expect(sameAgain.hash).toBe(plan.hash);
    // Somebody else changes `db`, which the plan would not touch, and the plan is for both.
    const [, db] = await servicesOf(docker, stack);
    if (db === undefined) throw new Error("no db");
    const spec = { ...db.Spec, Labels: { ...db.Spec.Labels, who: "somebody" } };
    await docker.docker.getService(db.ID).update({ _query: { version: db.Version.Index }, _body: spec });
    const before = await servicesOf(docker, stack);
    await expect(swarm.apply(plan)).rejects.toMatchObject({
      code: "plan-changed",
      message: `What runs as ${stack} is no longer what this plan was made for: db was changed since.`,
    });
    expect(await servicesOf(docker, stack)).toEqual(before);
    expect((await stacks.plan(stack, "pair", { env: { TAG: "1.0.1" } })).hash).not.toBe(plan.hash);
  });

  it.concurrent("comes back byte for byte, with what was removed and without what was new", async () => {
    const stack = stacks.fresh("back");
    expect((await stacks.deploy(stack, "pair", { env: { TAG: "1.0.0" } })).outcome).toBe("converged");
    const specs = async () => (await servicesOf(docker, stack)).map((one) => canonicalJson(one.Spec));
    const before = await specs();
    const plan = await stacks.plan(stack, "pair-next");
    expect(plan.changes).toEqual([
      { service: "cache", change: "create" },
      { service: "app", change: "update" },
      { service: "db", change: "remove" },
    ]);
    await swarm.apply(plan);
    expect((await swarm.watch(plan)).outcome).toBe("converged");
    expect((await servicesOf(docker, stack)).map((one) => one.Spec.Name)).toEqual([
      `${stack}_app`,
      `${stack}_cache`,
    ]);

    // A journal keeps it as JSON.
    const snapshot = JSON.parse(JSON.stringify(plan.before)) as typeof plan.before;
    await swarm.restore(stack, snapshot);
    expect(await specs()).toEqual(before);
    const versions = (await servicesOf(docker, stack)).map((one) => one.Spec);
    await swarm.restore(stack, snapshot);
    expect((await servicesOf(docker, stack)).map((one) => one.Spec)).toEqual(versions);
  });

  it.concurrent("is gone when remove answers; volumes and secrets only when asked", async () => {
    const stack = stacks.fresh("gone");
    const env = { PORT: String(await freePort()) };
    const wanted = [{ name: `${stack}_db_password_v1`, value: () => "hunter2-hunter2" }];
    expect(await swarm.createSecrets(stack, wanted)).toEqual({ created: [`${stack}_db_password_v1`] });
    expect(await swarm.createSecrets(stack, wanted)).toEqual({ created: [] });
    expect((await stacks.deploy(stack, "full", { env })).outcome).toBe("converged");
    const belongings = {
      volumes: [`${stack}_data`],
      secrets: [`${stack}_db_password_v1`, `${stack}_key`],
      unseen: [],
    };
    expect(await swarm.belongings(stack)).toEqual(belongings);

    await swarm.remove(stack);
    const label = [`com.docker.stack.namespace=${stack}`];
    const filters = JSON.stringify({ label });
    expect(await servicesOf(docker, stack)).toEqual([]);
    expect(await docker.docker.listContainers({ all: true, filters })).toEqual([]);
    expect((await docker.docker.listNetworks()).filter((one) => one.Name.startsWith(`${stack}_`))).toEqual(
      [],
    );
    expect((await docker.docker.listConfigs({ filters })) as unknown[]).toEqual([]);
    expect(await swarm.belongings(stack)).toEqual(belongings);

    await swarm.remove(stack, { volumes: true, secrets: true });
    expect(await swarm.belongings(stack)).toEqual({ volumes: [], secrets: [], unseen: [] });
    expect((await swarm.secretNames()).has(`${stack}_key`)).toBe(false);
  });

  it.concurrent("counts on secrets that will be made, and says which are missing else", async () => {
    const stack = stacks.fresh("promised");
    const name = `${stack}_db_password_v1`;
    await expect(stacks.plan(stack, "no-secret")).rejects.toMatchObject({ code: "secret-missing" });
    const plan = await stacks.plan(stack, "no-secret", { willExist: [name] });
    await swarm.createSecrets(stack, [{ name, value: () => "hunter2-hunter2" }]);
    await swarm.apply(plan);
    expect((await swarm.watch(plan)).outcome).toBe("converged");
    expect(JSON.stringify(plan)).not.toContain("hunter2");
  });

  it.concurrent(
    "is not begun when the content of one of its secrets was forgotten in a restart",
    async () => {
      const stack = stacks.fresh("forgotten");
      const plan = await stacks.plan(stack, "full", { env: { PORT: String(await freePort()) } });
      const restarted = openSwarm({ way: bySocket(docker.socketPath), clock: systemClock });
      await expect(restarted.apply(plan)).rejects.toMatchObject({ code: "plan-changed" });
      restarted.close();
      const networks = (await docker.docker.listNetworks()).filter((one) => one.Name.startsWith(`${stack}_`));
      expect(networks).toEqual([]);
      expect(JSON.stringify(plan)).not.toContain(
        Buffer.from("not-a-real-key").toString("base64").slice(0, 12),
      );
    },
  );

  it.concurrent("shows its services, tasks and logs", async () => {
    const stack = stacks.fresh("shown");
    expect((await stacks.deploy(stack, "healthy")).outcome).toBe("converged");
    const image = `${docker.image}:1.0.0`;
    expect(await swarm.services(stack)).toEqual([{ service: "app", image, running: 1, wanted: 1 }]);
    const [task] = await swarm.tasks(stack);
    expect(task).toMatchObject({ service: "app", image, state: "running", health: "healthy" });
    expect(await swarm.logs(stack)).toEqual(["serving 1.0.0"]);
    await expect(swarm.logs(stack, { service: "redis" })).rejects.toMatchObject({ code: "stack-unknown" });
  });

  it.concurrent("that dies after its verdict is still heard of", async () => {
    const stack = stacks.fresh("late");
    const plan = await stacks.plan(stack, "late-crash");
    await swarm.apply(plan);
    const late = Promise.withResolvers<LateProblem>();
    const verdict = await swarm.watch(plan);
    const stop = swarm.probation(stack, late.resolve);
    // 14 s of life against 10 s of settling: the one case that only the probation can catch.
    expect(verdict.outcome).toBe("converged");
    expect(await late.promise).toMatchObject({ service: "app", kind: "died", exitCode: 3 });
    stop();
  });
});

describe("a Docker Engine that is not there", () => {
  it("is said to be down, wherever it is asked", async () => {
    const swarm = openSwarm({
      way: bySocket(path.join(tmpdir(), "no-such-docker.sock")),
      clock: systemClock,
    });
    await expect(swarm.check()).rejects.toMatchObject({ code: "docker-down" });
    await expect(swarm.services("x")).rejects.toMatchObject({ code: "docker-down" });
    await expect(swarm.remove("x")).rejects.toMatchObject({ code: "docker-down" });
    swarm.close();
  });

  it("or hangs up", async () => {
    const socketPath = path.join(tmpdir(), `tandem-rude-${process.pid}.sock`);
    const rude = createServer((socket) => socket.destroy());
    await new Promise<void>((done) => rude.listen(socketPath, done));
    const swarm = openSwarm({ way: bySocket(socketPath), clock: systemClock });
    await expect(swarm.check()).rejects.toMatchObject({ code: "docker-down" });
    swarm.close();
    rude.close();
  });
});
