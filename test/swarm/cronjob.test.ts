/** A cron job of swarm-cronjob whose ticks come at every moment of a deploy: none of them is a change of the app. */
import { Readable } from "node:stream";
import { beforeEach, describe, expect, it, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { hashOf } from "../../src/core/canonical.ts";
import { stackAnatomy } from "../../src/swarm/anatomy.ts";
import { applyPlan } from "../../src/swarm/apply.ts";
import { sameButTicks, withoutTicks } from "../../src/swarm/cronjob.ts";
import type { Engine } from "../../src/swarm/engine/connect.ts";
import type { EngineService, EngineTask, ServiceSpec } from "../../src/swarm/engine/types.ts";
import { beginHeld, heldPlan, restartedPlan } from "../../src/swarm/held.ts";
import { planLive } from "../../src/swarm/live-plan.ts";
import { openPatience } from "../../src/swarm/patience.ts";
import { planStack } from "../../src/swarm/plan/plan.ts";
import { probation, type LateProblem } from "../../src/swarm/probation.ts";
import { serviceRows } from "../../src/swarm/rows.ts";
import { restoreStack } from "../../src/swarm/restore.ts";
import { stackSnapshot } from "../../src/swarm/stacks.ts";
import type { StackPlan } from "../../src/swarm/types.ts";
import { halted } from "../../src/swarm/volumes.ts";
import { watchPlan } from "../../src/swarm/watch.ts";
import { nodeOf, renderedOf, runs, specOf } from "./spec.ts";

const clock = new FakeClock();

/** As the recipe has it: nothing runs until the first tick. */
const cron = (change: (spec: ServiceSpec) => void = () => undefined): ServiceSpec =>
  specOf("cron", (spec) => {
    Object.assign((spec.Labels ??= {}), {
      "swarm.cronjob.enable": "true",
      "swarm.cronjob.schedule": "* * * * *",
    });
    spec.Mode = { Replicated: { Replicas: 0 } };
    spec.TaskTemplate.RestartPolicy = { Condition: "none" };
    change(spec);
  });
/** The same of the next version. */
const changed = () => cron((spec) => void (spec.TaskTemplate.ContainerSpec.Args = ["-x"]));
const web = (image: string): ServiceSpec =>
  specOf("app", (spec) => void (spec.TaskTemplate.ContainerSpec.Image = image));

let services: EngineService[] = [];
let tasks: EngineTask[] = [];
/** What was sent: `update shop_cron` and its replicas. */
let sent: string[] = [];
let onUpdate = (): void => undefined;

const engine = {
  warn: () => undefined,
  services: ({ name }: { name?: string[] } = {}) =>
    Promise.resolve(
      structuredClone(services.filter(({ Spec }) => name === undefined || name.includes(Spec.Name))),
    ),
  tasks: () => Promise.resolve(structuredClone(tasks)),
  nodes: () => Promise.resolve([nodeOf("one")]),
  networks: () => Promise.resolve([{ Id: "n1", Scope: "swarm", ...renderedOf([]).networks[0] }]),
  ...{ secrets: () => Promise.resolve([]), configs: () => Promise.resolve([]) },
  distribution: () => Promise.resolve({ Descriptor: { digest: "sha256:1" }, Platforms: [] }),
  ask: (_: string, call: () => unknown) => Promise.resolve(call()),
  createService: (spec: ServiceSpec) => {
    sent.push(`create ${spec.Name} ${spec.Mode?.Replicated?.Replicas ?? 1}`);
    services.push(runs(structuredClone(spec)));
    return Promise.resolve();
  },
  updateService: (id: string, version: number, spec: ServiceSpec) => {
    onUpdate();
    const found = services.find(({ ID }) => ID === id) ?? expect.fail(`there is no ${id}`);
    if (found.Version.Index !== version) return Promise.reject(new Error("update out of sequence"));
    sent.push(`update ${spec.Name} ${spec.Mode?.Replicated?.Replicas ?? 1}`);
    found.Version.Index++;
    found.Spec = structuredClone(spec);
    return Promise.resolve();
  },
} as unknown as Engine;

/** What swarm-cronjob writes when it is time. */
function tick(): void {
  const found = services.find(({ Spec }) => Spec.Name === "shop_cron") ?? expect.fail("there is no cron job");
  found.Spec.Mode = { Replicated: { Replicas: 1 } };
  found.Spec.TaskTemplate.ForceUpdate = found.Version.Index++;
  found.UpdateStatus = { State: "paused", StartedAt: `at ${found.Version.Index}`, Message: "a task failed" };
}

const schedule = (): string | undefined =>
  services.find(({ Spec }) => Spec.Name === "shop_cron")?.Spec.Labels?.["swarm.cronjob.enable"];

const planned = (...specs: ServiceSpec[]): Promise<StackPlan> =>
  planStack(engine, clock, { configSettings: {} } as never, renderedOf(specs));
const send = (plan: StackPlan): Promise<void> => applyPlan(engine, clock, plan, {}, []);

beforeEach(async () => {
  [services, tasks, sent, onUpdate] = [[], [], [], () => undefined];
  await send(await planned(web("web:1"), cron()));
  sent = [];
});

describe("a tick", () => {
  it("while people think changes neither the plan nor its hash nor what it says", async () => {
    const asked = await planned(web("web:2"), changed());
    tick();
    const again = await planned(web("web:2"), changed());
    expect(again).toMatchObject({ hash: asked.hash, changes: asked.changes, diff: asked.diff });
    expect(again.diff).not.toMatch(/replicas|ForceUpdate|Mode/);
  });

  it("is nothing that a deploy would change", async () => {
    tick();
    const plan = await planned(web("web:1"), cron());
    expect(plan).toMatchObject({ isEmpty: true, diff: "" });
    await send(plan);
    expect(sent).toEqual([]);
  });

  it("between the check and the deploy keeps that from nothing", async () => {
    const plan = await planned(web("web:2"), changed());
    tick();
    await send(plan);
    expect(sent.sort()).toEqual(["update shop_app 1", "update shop_cron 0"]);
  });

  it("in the very moment of the deploy is not fought over", async () => {
    const plan = await planned(web("web:1"), changed());
    onUpdate = () => {
      onUpdate = () => undefined;
      tick();
    };
    await send(plan);
    tick();
    await send(plan);
    expect(sent).toEqual(["update shop_cron 0"]);
  });

  it.each([
    ["left as it was", cron()],
    ["changed", changed()],
  ])("during the watch, of a service that was %s, fails nothing, however the run ends", async (_, wanted) => {
    services = services.filter(({ Spec }) => Spec.Name === "shop_cron");
    const plan = await planned(wanted);
    await send(plan);
    tick();
    for (const State of ["preparing", "running", "complete", "failed", "rejected"]) {
      tasks = ["t1", "t2"].map((ID) => ({
        ...{ ID, ServiceID: "id-shop_cron", Slot: 1, DesiredState: "shutdown", Spec: {}, CreatedAt: "" },
        Status: { State, Timestamp: "", Err: State === "failed" ? "task: non-zero exit (1)" : "" },
      }));
      const verdict = await watchPlan(engine, clock, openPatience(clock, { awayMs: 1000 }), plan);
      expect(verdict).toEqual({ outcome: "converged", seconds: 0 });
    }
  });

  it("hides nothing that somebody else changes", async () => {
    const plan = await planned(web("web:1"), changed());
    tick();
    const found = services.find(({ Spec }) => Spec.Name === "shop_cron") ?? expect.fail("there is none");
    found.Spec.TaskTemplate.ContainerSpec.Image = "theirs:1";
    await expect(send(plan)).rejects.toThrow(/cron was changed since/);
    expect((await planned(web("web:1"), cron())).changes).toContainEqual({
      service: "cron",
      change: "update",
    });
  });
});

describe("what is put back", () => {
  it("leaves a cron job that only ticks have written", async () => {
    const before = await stackSnapshot(engine, "shop");
    tick();
    await restoreStack(engine, clock, "shop", before);
    expect(sent).toEqual([]);
  });

  it("begins no run: the replicas of the last one stay away", async () => {
    tick();
    const plan = await planned(web("web:1"), changed());
    await send(plan);
    await restoreStack(engine, clock, "shop", plan.before, plan);
    expect(sent).toEqual(["update shop_cron 0", "update shop_cron 0"]);
    services = services.filter(({ Spec }) => Spec.Name !== "shop_cron");
    await restoreStack(engine, clock, "shop", plan.before);
    expect(sent.at(-1)).toBe("create shop_cron 0");
  });

  it("after a halt is watched as what stands there", async () => {
    tick();
    const before = await stackSnapshot(engine, "shop");
    for (const one of services) one.Spec = halted(one.Spec);
    expect(schedule()).toBe("false");
    const plan = restartedPlan("shop", before, 60);
    expect(plan.changes).toEqual([
      { service: "app", change: "update" },
      { service: "cron", change: "update" },
    ]);
    await restoreStack(engine, clock, "shop", before);
    expect(sent).toEqual(["update shop_app 1", "update shop_cron 0"]);
    expect(schedule()).toBe("true");
    services = services.filter(({ Spec }) => Spec.Name === "shop_cron");
    const { outcome } = await watchPlan(engine, clock, openPatience(clock, { awayMs: 1000 }), {
      ...plan,
      changes: plan.changes.filter(({ service }) => service === "cron"),
    });
    expect(outcome).toBe("converged");
  });

  it("has its schedule when its data is there, and not before", async () => {
    services = [];
    const plan = await planned(web("web:1"), cron());
    await send(heldPlan(plan, ["app", "cron"]));
    expect(schedule()).toBe("false");
    await beginHeld(engine, clock, plan, ["app", "cron"]);
    expect(schedule()).toBe("true");
    expect(sent.sort()).toEqual([
      "create shop_app 0",
      "create shop_cron 0",
      "update shop_app 1",
      "update shop_cron 0",
    ]);
  });
});

describe("changes of what runs", () => {
  it("restart a cron job neither with the others nor by itself", async () => {
    const { changes } = await planLive(engine, "shop", { restart: null });
    expect(changes).toContainEqual({ service: "cron", change: "same" });
    expect(changes).toContainEqual({ service: "app", change: "update" });
    await expect(planLive(engine, "shop", { restart: "cron" })).rejects.toMatchObject({
      code: "runs-by-schedule",
    });
  });

  it("give it another secret without a run outside its schedule", async () => {
    tick();
    const env = { from: "A=1", to: "A=2" };
    await send(await planLive(engine, "shop", { secret: { from: "old", to: "new", env } }));
    expect(sent.sort()).toEqual(["update shop_app 1", "update shop_cron 0"]);
  });
});

test("after a deploy nobody is told how a run of it ended, and of other services everybody is", async () => {
  const said = ["cron", "app"].flatMap((service) => [
    {
      ...{ Type: "container", Action: "die" },
      Actor: {
        ID: `container of ${service}`,
        Attributes: {
          "com.docker.swarm.service.name": `shop_${service}`,
          "com.docker.stack.namespace": "shop",
          exitCode: "1",
        },
      },
    },
    {
      ...{ Type: "service", Action: "update" },
      Actor: {
        ID: `id-shop_${service}`,
        Attributes: { name: `shop_${service}`, "updatestate.new": "paused" },
      },
    },
  ]);
  const getEvents = () => Promise.resolve(Readable.from(said.map((event) => `${JSON.stringify(event)}\n`)));
  const late: string[] = [];
  const heard = ({ service, kind }: LateProblem): void => void late.push(`${service} ${kind}`);
  const stop = probation({ ...engine, streams: { getEvents } } as unknown as Engine, clock, "shop", heard);
  await clock.turn(500);
  stop();
  expect(late).toEqual(["app died", "app paused"]);
});

test("between its runs nothing is missing: its count says nothing, and a backup does not wait for it", async () => {
  tick();
  expect(await serviceRows(engine, "shop", 0)).toMatchObject([
    { service: "app", wanted: 1 },
    { service: "cron", running: 0, wanted: null },
  ]);
  expect(await stackAnatomy(engine, "shop")).toMatchObject([{ wanted: 1 }, { service: "cron", wanted: 0 }]);
});

test("of any other service every part counts, and its hash is what it was", () => {
  const scaled = specOf("app", (spec) => void (spec.Mode = { Replicated: { Replicas: 2 } }));
  expect(sameButTicks(specOf("app"), scaled)).toBe(false);
  expect(hashOf(withoutTicks(scaled))).toBe(hashOf(scaled));
  const off = cron((spec) => void ((spec.Labels ??= {})["swarm.cronjob.enable"] = "false"));
  expect(withoutTicks(off)).toBe(off);
  const job = cron((spec) => void (spec.Mode = { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 3 } }));
  expect(withoutTicks(job).Mode).toEqual({ ReplicatedJob: { TotalCompletions: 3 } });
});
