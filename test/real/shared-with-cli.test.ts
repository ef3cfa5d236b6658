/** Tandem and the docker CLI look after the same stacks: neither restarts a task of the other's. */
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { freePort, useDocker } from "./docker/index.ts";
import { fixtures, openStacks } from "./docker/stacks.ts";
import { cliVersion } from "../swarm/compose/oracle/ask-cli.ts";

const docker = await useDocker();
const cli = cliVersion();
if (docker !== undefined && cli === undefined) {
  if (process.env["TANDEM_REAL"] === "require")
    throw new Error("the docker command is needed and is not in PATH");
  console.log("docker CLI: not in PATH; left out: sharing stacks with it");
}

describe.skipIf(docker === undefined || cli === undefined)("a stack of both", { timeout: 150_000 }, () => {
  if (docker === undefined) return;
  const stacks = openStacks(docker);
  afterAll(async () => {
    await stacks.stop().finally(() => docker.stop());
  });

  const tasksOf = async (stack: string): Promise<string[]> => {
    const filters = JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`] });
    return ((await docker.docker.listTasks({ filters })) as { ID: string }[]).map((task) => task.ID).sort();
  };

  /** Waits until Docker itself calls it converged, so that what would restart has done so. */
  const deployByCli = async (stack: string, fixture: string, env: Record<string, string>): Promise<void> => {
    const file = path.join(fixtures, `${fixture}.yml`);
    const child = spawn("docker", ["stack", "deploy", "--detach=false", "-c", file, stack], {
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: tmpdir(),
        DOCKER_HOST: `unix://${docker.socketPath}`,
        ...env,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
    expect(await new Promise((ended) => child.once("exit", ended)), said).toBe(0);
  };

  it.concurrent.each([
    ["kinds-files", 1],
    ["kinds-networks", 2],
    ["kinds-settings", 2],
    ["everywhere", 1],
    ["no-copies", 0],
  ])("%s: ours, then the CLI's, then ours again", async (fixture, tasks) => {
    const stack = stacks.fresh(`ours-${fixture}`);
    const env = { IMAGE: docker.image, STACK: stack, PORT: String(await freePort()) };
    expect((await stacks.deploy(stack, fixture, { env })).outcome).toBe("converged");
    const running = await tasksOf(stack);
    expect(running).toHaveLength(tasks);
    await deployByCli(stack, fixture, env);
    expect(await tasksOf(stack)).toEqual(running);
    expect(await stacks.plan(stack, fixture, { env })).toMatchObject({ isEmpty: true, diff: "" });
  });

  it.concurrent.each([
    ["kinds-files", 1],
    ["kinds-networks", 2],
    ["kinds-settings", 2],
    ["everywhere", 1],
    ["no-copies", 0],
  ])("%s: the CLI's, then ours, then the CLI's again", async (fixture, tasks) => {
    const stack = stacks.fresh(`theirs-${fixture}`);
    const env = { IMAGE: docker.image, STACK: stack, PORT: String(await freePort()) };
    await deployByCli(stack, fixture, env);
    const running = await tasksOf(stack);
    expect(running).toHaveLength(tasks);
    const plan = await stacks.plan(stack, fixture, { env });
    expect(plan).toMatchObject({ isEmpty: true, diff: "" });
    expect(plan.changes.every(({ change }) => change === "same")).toBe(true);
    // The same but for a label: this is written, and still nothing restarts.
    const labelled = await stacks.plan(stack, fixture, { env, appLabels: { "coop-cloud.note": "adopted" } });
    expect(labelled.isEmpty).toBe(false);
    await stacks.swarm.apply(labelled, { "tandem.run": "bakor" });
    expect((await stacks.swarm.watch(labelled)).outcome).toBe("converged");
    expect(await tasksOf(stack)).toEqual(running);
    await deployByCli(stack, fixture, env);
    expect(await tasksOf(stack)).toEqual(running);
  });
});
