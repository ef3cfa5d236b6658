import { expect, test } from "vitest";
import { stackAnatomy } from "../../src/swarm/anatomy.ts";
import type { Engine } from "../../src/swarm/engine/connect.ts";

/** An engine that has one service, scaled to 0. */
function engineWith(spec: object): Engine {
  const services = [{ ID: "s1", Spec: spec }];
  return {
    services: () => Promise.resolve(services),
    tasks: () => Promise.resolve([]),
    nodes: () => Promise.resolve([]),
  } as unknown as Engine;
}

test("labels of the service and of its containers are told apart", async () => {
  const engine = engineWith({
    Name: "notes_db",
    Labels: { "backupbot.backup": "true" },
    TaskTemplate: {
      ContainerSpec: {
        Image: "postgres:16",
        Labels: { "backupbot.backup.pre-hook": "dump" },
        Mounts: [{ Type: "volume", Source: "notes_db", Target: "/db" }],
      },
    },
    Mode: { Replicated: { Replicas: 0 } },
  });
  expect(await stackAnatomy(engine, "notes")).toEqual([
    {
      service: "db",
      image: "postgres:16",
      labels: { "backupbot.backup": "true" },
      containerLabels: { "backupbot.backup.pre-hook": "dump" },
      wanted: 0,
      running: [],
      volumes: [{ name: "notes_db", target: "/db" }],
    },
  ]);
});
