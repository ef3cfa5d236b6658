/** Where the data of a stack is, on a Swarm of several nodes. */
import { expect, test } from "vitest";
import { nodeNotReached } from "../../src/core/problems/swarm.ts";
import type { Engine } from "../../src/swarm/engine/connect.ts";
import { stackVolumes } from "../../src/swarm/volumes.ts";

interface Sight {
  /** Volumes by node; null: it cannot be asked. The first is the one that is asked. */
  nodes: Record<string, string[] | null>;
  /** The node on which a task of the service is, how that does, and how it should. */
  task?: [node: string, state: string, desired: string];
}

async function placeOf({ nodes, task }: Sight): Promise<unknown> {
  const names = Object.keys(nodes);
  const engineOf = (name: string): Engine =>
    ({
      ...base,
      volumes: () => Promise.resolve((nodes[name] ?? []).map((Name) => ({ Name }))),
    }) as unknown as Engine;
  const spec = {
    Name: "shop_db",
    TaskTemplate: { ContainerSpec: { Image: "db", Mounts: [{ Type: "volume", Source: "shop_data" }] } },
  };
  const base = {
    services: () => Promise.resolve([{ ID: "s", Spec: spec }]),
    tasks: () =>
      Promise.resolve(
        task === undefined
          ? []
          : [{ ServiceID: "s", NodeID: task[0], Status: { State: task[1] }, DesiredState: task[2] }],
      ),
    nodes: () => Promise.resolve(names.map((ID) => ({ ID, Description: { Hostname: ID } }))),
    at: (name: string) =>
      nodes[name] === null ? Promise.reject(nodeNotReached({ node: name })) : Promise.resolve(engineOf(name)),
  };
  return (await stackVolumes(engineOf(names[0] ?? ""), "shop")).map(({ node }) => node);
}

const mine = ["shop_data"];

test("a volume is where its service runs, whatever has its name elsewhere", async () => {
  expect(await placeOf({ nodes: { one: mine, two: mine }, task: ["two", "running", "running"] })).toEqual([
    "two",
  ]);
});

test("where nothing of it runs it is looked for on every node", async () => {
  expect(await placeOf({ nodes: { one: [], two: mine } })).toEqual(["two"]);
  expect(await placeOf({ nodes: { one: [], two: [] } })).toEqual([]);
  expect(await placeOf({ nodes: { one: mine } })).toEqual([null]);
  expect(await placeOf({ nodes: { one: [] } })).toEqual([]);
});

test("a task that was given up on its node says nothing of where the data is", async () => {
  const sight: Sight = { nodes: { one: [], two: mine, three: mine }, task: ["three", "running", "shutdown"] };
  await expect(placeOf(sight)).rejects.toMatchObject({ code: "volume-in-doubt" });
});

test("where it cannot be told, nothing is guessed", async () => {
  await expect(placeOf({ nodes: { one: mine, two: mine } })).rejects.toThrow(/one or two|shop_data/);
  await expect(placeOf({ nodes: { one: [], two: null } })).rejects.toMatchObject({ code: "volume-in-doubt" });
});
