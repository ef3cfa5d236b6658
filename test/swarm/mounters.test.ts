/** Where services with volumes run and may run, on a Swarm of several nodes, and which volumes are on all of them. */
import { expect, test } from "vitest";
import type { Json } from "../../src/core/canonical.ts";
import type { Engine } from "../../src/swarm/engine/connect.ts";
import { isShared, mountersIn } from "../../src/swarm/mounters.ts";

const spec = (name: string, more: object = {}, task: object = {}) => ({
  Name: `shop_${name}`,
  Mode: { Replicated: { Replicas: 1 } },
  TaskTemplate: {
    ContainerSpec: { Image: "db", Mounts: [{ Type: "volume", Source: "shop_data", Target: "/data" }] },
    ...task,
  },
  ...more,
});
const bound = { Placement: { Constraints: ["node.hostname == one"] } };
const bare = { ContainerSpec: { Image: "db", Mounts: [{ Type: "bind", Source: "/srv", Target: "/srv" }] } };

const node = (name: string, state = "ready", availability = "active") => ({
  ID: `id-${name}`,
  Spec: { Role: "worker", Availability: availability },
  Description: { Hostname: name },
  Status: { State: state },
});

function engineOf(specs: object[], tasks: object[] = []): Engine {
  return {
    services: () => Promise.resolve(specs.map((Spec, n) => ({ ID: `s${n}`, Spec }))),
    tasks: () => Promise.resolve(tasks),
    nodes: () =>
      Promise.resolve([node("one"), node("two"), node("rests", "ready", "drain"), node("gone", "down")]),
  } as unknown as Engine;
}

test("what the Swarm places is told with where it runs and may run; what is on each node, at rest or a job is not", async () => {
  const engine = engineOf(
    [
      spec("db"),
      spec("bound", {}, bound),
      spec("agent", { Mode: { Global: {} } }),
      spec("resting", { Mode: { Replicated: { Replicas: 0 } } }),
      spec("job", { Mode: { ReplicatedJob: {} } }),
      spec("bare", {}, bare),
    ],
    [
      { ServiceID: "s0", NodeID: "id-two", DesiredState: "running" },
      { ServiceID: "s0", NodeID: "id-one", DesiredState: "shutdown" },
      { ServiceID: "s1", DesiredState: "running" },
    ],
  );
  const volumes = ["shop_data"];
  expect(await mountersIn(engine, "shop")).toEqual([
    { service: "db", volumes, runsOn: ["id-two"], mayRunOn: ["id-one", "id-two"] },
    { service: "bound", volumes, runsOn: [], mayRunOn: ["id-one"] },
  ]);
});

test("services that are not there yet may run where their plan lets them", async () => {
  const planned = { app: spec("app", {}, bound) as unknown as Json };
  expect(await mountersIn(engineOf([]), "shop", planned)).toEqual([
    { service: "app", volumes: ["shop_data"], runsOn: [], mayRunOn: ["id-one"] },
  ]);
});

test.each([
  [{}, false],
  [{ Driver: "local", Options: null }, false],
  [{ Driver: "local", Options: { type: "none", o: "bind", device: "/srv/data" } }, false],
  [{ Driver: "local", Options: { type: "tmpfs", o: "size=100m" } }, false],
  [{ Driver: "local", Options: { type: "nfs4", o: "rw", device: ":/data" } }, true],
  [{ Driver: "local", Options: { type: "cifs", o: "username=a", device: "//nas/data" } }, true],
  [{ Driver: "local", Options: { o: "rw,addr=10.0.0.2", device: ":/data" } }, true],
  [{ Driver: "rclone:latest" }, true],
])("a volume of %j is on every node: %s", (volume, shared) => {
  expect(isShared({ Name: "shop_data", ...volume })).toBe(shared);
});
