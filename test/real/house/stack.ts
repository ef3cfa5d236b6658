import type Docker from "dockerode";
import { vi } from "vitest";
import { patience } from "./gathering.ts";

/** Takes a stack of the tests off the engine, when the program that deployed it has ended. */
export async function removeStack(docker: Docker, stack: string): Promise<void> {
  const label = [`com.docker.stack.namespace=${stack}`];
  for (const { ID } of await docker.listServices({ filters: { label } }))
    await docker.getService(ID).remove();
  await vi.waitUntil(
    async () => (await docker.listContainers({ filters: { label } })).length === 0,
    patience,
  );
  for (const { ID } of await docker.listConfigs({ filters: { label } })) await docker.getConfig(ID).remove();
  for (const { Id } of await docker.listNetworks({ filters: { label } }))
    await docker.getNetwork(Id).remove();
}
