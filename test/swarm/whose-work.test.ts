/** What is taken back or removed is ours: what somebody else has made of a stack meanwhile stays. */
import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { nodeNotReached } from "../../src/core/problems/swarm.ts";
import type { Engine } from "../../src/swarm/engine/connect.ts";
import type { EngineService, ServiceSpec } from "../../src/swarm/engine/types.ts";
import { unendedTasks } from "../../src/swarm/gone.ts";
import { removeStack } from "../../src/swarm/remove.ts";
import { restoreStack } from "../../src/swarm/restore.ts";
import type { StackSnapshot } from "../../src/swarm/types.ts";

const label = "com.docker.stack.namespace";
const specOf = (service: string, image: string, labels: Record<string, string> = {}): ServiceSpec => ({
  Name: `shop_${service}`,
  Labels: { [label]: "shop", ...labels },
  TaskTemplate: { ContainerSpec: { Image: image } },
});
const ours = { "tandem.plan": "p1" };

let services: EngineService[] = [];
let volumes: string[] = [];
let unreached: string[] = [];
beforeEach(() => {
  [services, volumes, unreached] = [[], [], []];
});

const here = (service: string, image: string, labels?: Record<string, string>): void =>
  void services.push({
    ...{ ID: `id-${service}`, Version: { Index: 1 } },
    Spec: specOf(service, image, labels),
  } as unknown as EngineService);

const removed = (id: string) => ({
  remove: () => {
    services = services.filter(({ ID }) => ID !== id);
    return Promise.resolve();
  },
});
const engine = {
  services: () => Promise.resolve(structuredClone(services)),
  ...{ tasks: () => Promise.resolve([]), containers: () => Promise.resolve([]) },
  ...{ networks: () => Promise.resolve([]), configs: () => Promise.resolve([]) },
  secrets: () => Promise.resolve([]),
  nodes: () =>
    Promise.resolve(["one", "two"].map((ID) => ({ ID, Description: { Hostname: ID }, Status: {} }))),
  at: (id: string) =>
    unreached.includes(id) ? Promise.reject(nodeNotReached({ node: id })) : Promise.resolve(engine),
  version: () => Promise.resolve({}),
  volumes: () => Promise.resolve(volumes.map((Name) => ({ Name }))),
  ask: (_: string, call: () => unknown) => Promise.resolve(call()),
  createService: (spec: ServiceSpec) =>
    Promise.resolve(void services.push({ ID: spec.Name, Spec: spec } as unknown as EngineService)),
  updateService: (id: string, _: number, spec: ServiceSpec) => {
    services = services.map((one) => (one.ID === id ? { ...one, Spec: spec } : one));
    return Promise.resolve();
  },
  docker: {
    getService: removed,
    getVolume: (name: string) => ({
      remove: () => Promise.resolve(void (volumes = volumes.filter((one) => one !== name))),
    }),
  },
} as unknown as Engine;

const clock = new FakeClock();
const images = (): Record<string, string> =>
  Object.fromEntries(
    services.map(({ Spec }) => [Spec.Name.slice("shop_".length), Spec.TaskTemplate.ContainerSpec.Image]),
  );

describe("taking a plan back", () => {
  const before = {
    services: {
      app: { id: "id-app", spec: specOf("app", "app:1"), version: 1, tasks: [] },
      gone: { id: "id-gone", spec: specOf("gone", "gone:1"), version: 1, tasks: [] },
      fresh: null,
    },
  } as unknown as StackSnapshot;
  // It updates one service, makes another, and removes the third.
  const plan = { hash: "p1", specs: { services: { app: {}, fresh: {} } } } as never;

  it("puts back what the plan wrote, makes again what it removed, removes what it made", async () => {
    here("app", "app:2", ours);
    here("fresh", "fresh:2", ours);
    await restoreStack(engine, clock, "shop", before, plan);
    expect(images()).toEqual({ app: "app:1", gone: "gone:1" });
  });

  it("leaves what somebody else has deployed or made since, and makes nothing again that they removed", async () => {
    here("app", "app:3", { "tandem.plan": "another" });
    here("fresh", "fresh:3");
    await restoreStack(engine, clock, "shop", before, plan);
    expect(images()).toMatchObject({ app: "app:3", fresh: "fresh:3" });
    services = [];
    await restoreStack(engine, clock, "shop", before, plan);
    expect(images()).toEqual({ gone: "gone:1" });
  });

  it("without a plan everything becomes as it was", async () => {
    here("app", "app:3");
    here("fresh", "fresh:3");
    await restoreStack(engine, clock, "shop", before);
    expect(images()).toEqual({ app: "app:1", gone: "gone:1" });
  });
});

describe("removing a stack", () => {
  it("of one plan leaves the stack that somebody else has by now", async () => {
    here("app", "app:1", ours);
    here("theirs", "theirs:1");
    await removeStack(engine, clock, "shop", { ofPlan: "p1" });
    expect(images()).toEqual({ theirs: "theirs:1" });
    here("app", "app:1", ours);
    services = services.filter(({ Spec }) => Spec.Name !== "shop_theirs");
    await removeStack(engine, clock, "shop", { ofPlan: "p1" });
    expect(images()).toEqual({});
  });

  it("with its volumes is not done while a node cannot be asked for them, unless that was known", async () => {
    volumes = ["shop_data"];
    unreached = ["two"];
    const known = removeStack(engine, clock, "shop", { volumes: true, unseen: ["two"] });
    await clock.turn(1000);
    await known;
    expect(volumes).toEqual([]);
    const ended = expect(removeStack(engine, clock, "shop", { volumes: true })).rejects.toThrow(/node two/);
    await clock.turn(200_000);
    await ended;
  });
});

describe("tasks that have not ended", () => {
  const task = (ID: string, node: string, state: string, desired: string) => ({
    ...{ ID, NodeID: node, ServiceID: "s", Status: { State: state }, DesiredState: desired },
  });

  it("do not count on a node that is down, where nobody says any more that they have", async () => {
    const all = [
      task("there", "one", "running", "running"),
      task("stopping", "one", "running", "shutdown"),
      task("ended", "one", "shutdown", "shutdown"),
      task("moved", "two", "running", "shutdown"),
      task("wanted", "two", "running", "running"),
    ];
    const of = (state: string) =>
      unendedTasks(
        {
          tasks: () => Promise.resolve(all),
          nodes: () =>
            Promise.resolve(
              ["one", "two"].map((ID) => ({ ID, Status: { State: ID === "two" ? state : "ready" } })),
            ),
        } as unknown as Engine,
        [],
      ).then((tasks) => tasks.map(({ ID }) => ID));
    expect(await of("down")).toEqual(["there", "stopping", "wanted"]);
    expect(await of("disconnected")).toEqual(["there", "stopping", "moved", "wanted"]);
  });
});
