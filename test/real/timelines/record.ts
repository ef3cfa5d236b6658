/**
 * `node test/real/timelines/record.ts [name …]`: deploys the fixtures on a real engine and writes down what it tells,
 * for test/swarm/verdict/replay.test.ts. A few side by side: about three minutes. Nothing judges here.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { connectEngine } from "../../../src/swarm/engine/connect.ts";
import { bySocket } from "../../../src/swarm/index.ts";
import type { StackPlan } from "../../../src/swarm/types.ts";
import { timelinesFolder, timelineText, type Timeline } from "../../swarm/verdict/timeline.ts";
import { freePort, useDocker } from "../docker/index.ts";
import { openStacks } from "../docker/stacks.ts";
import { expected } from "../../swarm/verdict/expected.ts";
import { cases, type Case } from "./cases.ts";
import { sample } from "./sample.ts";

/** More of them, and a small machine tells nothing any more. */
const sideBySide = 5;
/** So that a verdict that comes too early or too late has something to be seen in. */
const restSeconds = 3;
const longestAfter = 15;
const wanted = process.argv.slice(2);
const docker = await useDocker();
if (docker === undefined) throw new Error("there is no Docker Engine to record");
const stacks = openStacks(docker);
const engine = connectEngine(bySocket(docker.socketPath));
const listener = net.createServer();
const processPort = await new Promise<number>((done) => {
  listener.listen(0, "0.0.0.0", () => done((listener.address() as net.AddressInfo).port));
});

async function record(one: Case): Promise<void> {
  const stack = stacks.fresh(one.name);
  const port = one.port === "process" ? processPort : await freePort();
  const env = { PORT: String(port), PLANTED: "", ...one.env };
  for (const before of one.before ?? [])
    await stacks.deploy(stack, before.fixture, { env: { ...env, ...before.env } });
  const appLabels = { [`coop-cloud.${stack}.version`]: one.before === undefined ? "1.0.0+1" : "1.1.0+2" };
  const plan = await stacks.plan(stack, one.fixture, { env, appLabels });
  one.change?.(plan);
  if (one.port === "held") await stacks.deploy(stacks.fresh(`${one.name}-holder`), one.fixture, { env });
  const sampling = sample(engine, stack);
  await stacks.swarm.apply(plan, { "tandem.run": "bakor" });
  sampling.begin();
  const wanted = expected[one.name];
  if (wanted === undefined) throw new Error(`nobody has said what ${one.name} has to come to`);
  const frames = await sampling.end(
    wanted.when,
    one.lasts ?? Math.min(wanted.after, longestAfter) + restSeconds,
  );
  const timeline = { name: one.name, plan: kept(plan), ...(await around(stack)), frames };
  writeFileSync(path.join(timelinesFolder, `${one.name}.json`), clean(timelineText(timeline), stack));
  console.log(`${one.name}: ${frames.length} frames`);
}

/** What is only for people is left out. */
function kept(plan: StackPlan): StackPlan {
  return { ...plan, diff: "", warnings: [] };
}

async function around(stack: string): Promise<Pick<Timeline, "nodes" | "networks">> {
  const [nodes, networks] = await Promise.all([engine.nodes(), engine.networks()]);
  return {
    nodes: nodes.map(({ ID, Spec: { Role, Availability }, Description, Status }) => ({
      ID,
      Spec: { Role, Availability, Labels: {} },
      Description: {
        Hostname: "one",
        Platform: Description.Platform,
        Resources: { MemoryBytes: 4 * 2 ** 30, NanoCPUs: 2e9 },
      },
      Status: { State: Status.State, Addr: "192.0.2.1" },
    })) as Timeline["nodes"],
    networks: networks
      .filter(({ Name }) => Name.startsWith(`${stack}_`))
      .map(({ Id, Name, Scope, Driver }) => ({ Id, Name, Scope, Driver })),
  };
}

/** Which machine it was is nobody's business. */
function clean(text: string, stack: string): string {
  const host = docker?.image.split("/")[0] ?? "";
  return text
    .replaceAll(stack, "notes")
    .replaceAll(host, "registry.example.coop")
    .replaceAll(os.hostname(), "one")
    .replaceAll(String(processPort), "8080");
}

mkdirSync(timelinesFolder, { recursive: true });
const chosen = cases.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const failed: unknown[] = [];
const work = async (): Promise<void> => {
  for (let next = chosen.pop(); next !== undefined; next = chosen.pop()) {
    await record(next).catch((thrown: unknown) => failed.push(thrown));
  }
};
await Promise.all(Array.from({ length: sideBySide }, work));
listener.close();
engine.close();
await stacks.stop().finally(() => docker.stop());
for (const one of failed) console.error(one);
process.exitCode = failed.length === 0 ? 0 : 1;
