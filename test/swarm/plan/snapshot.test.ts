/** What runs, taken once more for a plan that was made a while ago. */
import { expect, test } from "vitest";
import type { Json } from "../../../src/core/canonical.ts";
import type { Engine } from "../../../src/swarm/engine/connect.ts";
import type { EngineService, ServiceSpec } from "../../../src/swarm/engine/types.ts";
import { planHash, snapshotFor } from "../../../src/swarm/plan/plan.ts";
import type { StackSnapshot } from "../../../src/swarm/types.ts";
import { openJudge } from "../../../src/swarm/verdict/judge.ts";
import { rulesOf } from "../../../src/swarm/verdict/rules.ts";
import type { TaskSight } from "../../../src/swarm/verdict/sight.ts";

const stack = "notes";
const labels = { "com.docker.stack.namespace": stack };
const specOf = (service: string, image: string): ServiceSpec => ({
  Name: `${stack}_${service}`,
  Labels: labels,
  TaskTemplate: { ContainerSpec: { Image: image } },
  Mode: { Replicated: { Replicas: 1 } },
});
const specs = {
  services: Object.fromEntries(
    ["app", "new"].map((service) => [service, specOf(service, "next") as unknown as Json]),
  ),
  ...{ networks: {}, secrets: [], configs: {} },
};
const spec = specOf("app", "old");
const before: StackSnapshot = {
  services: {
    app: { id: "s1", spec: spec as unknown as Json, version: 7, tasks: ["t0"], updateStartedAt: "june" },
    new: null,
  },
};
const plan = { stack, specs, hash: planHash(specs, before) };

/** As a backup leaves it that has stopped the app and started it again; `more` stands beside it. */
function engineOf(app: Partial<EngineService> = {}, ...more: EngineService[]): Engine {
  const found = { ID: "s1", Spec: spec, Version: { Index: 9 }, ...app } as EngineService;
  const tasks = ["t0", "t1"].map((ID) => ({ ID, ServiceID: "s1" }));
  return {
    services: () => Promise.resolve([found, ...more]),
    tasks: () => Promise.resolve([...tasks, { ID: "x", ServiceID: "other" }]),
  } as unknown as Engine;
}

test("it has the tasks, version and update of now", async () => {
  const UpdateStatus = { State: "completed", StartedAt: "july" };
  expect(await snapshotFor(engineOf({ UpdateStatus }), plan)).toEqual({
    services: {
      app: { id: "s1", spec, version: 9, tasks: ["t0", "t1"], updateStartedAt: "july" },
      new: null,
    },
  });
  expect((await snapshotFor(engineOf(), plan)).services["app"]).not.toHaveProperty("updateStartedAt");
});

const beside = { ID: "s2", Version: { Index: 1 }, Spec: specOf("worker", "x") } as EngineService;
const elsewhere = { ...beside, Spec: { ...beside.Spec, Name: "other_app", Labels: {} } } as EngineService;
const unlabelled = { ...beside, Spec: { ...beside.Spec, Name: "notes_new", Labels: {} } } as EngineService;

test.each<[string, Engine]>([
  ["a spec has changed", engineOf({ Spec: specOf("app", "another") })],
  ["a service was made anew", engineOf({ ID: "s9" })],
  ["a service came to the stack", engineOf({}, beside)],
  ["a service has the name of one that is to be made", engineOf({}, unlabelled)],
])("it is refused where %s", async (_what, engine) => {
  await expect(snapshotFor(engine, plan)).rejects.toMatchObject({ code: "plan-changed" });
});

test("what other stacks have does not matter", async () => {
  const { services } = await snapshotFor(engineOf({}, elsewhere), plan);
  expect(Object.keys(services).sort()).toEqual(["app", "new"]);
});

test("a task that the backup has started and that is slow to stop is known as an old one: its port is awaited", async () => {
  const { services } = await snapshotFor(engineOf(), plan);
  const judge = openJudge(rulesOf("app", specOf("app", "next"), services["app"] ?? null));
  const stopping: TaskSight = {
    id: "t1",
    slot: "1",
    state: "running",
    desired: "shutdown",
    isCurrent: false,
  };
  const err = "no suitable node (host-mode port already in use on 1 node)";
  const waiting: TaskSight = {
    id: "t2",
    slot: "1",
    state: "pending",
    desired: "ready",
    isCurrent: true,
    err,
  };
  const update = { state: "updating", startedAt: "now" };
  for (let atMs = 0; atMs <= 9_000; atMs += 250) {
    expect(judge.see({ atMs, live: "ours", wanted: 1, update, tasks: [stopping, waiting] })).toBeUndefined();
  }
});
