import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Engine } from "../../src/swarm/engine/connect.ts";
import type { EngineTask } from "../../src/swarm/engine/types.ts";
import { openEvidence } from "../../src/swarm/evidence.ts";

const task = {
  ID: "t",
  NodeID: "node",
  Status: { State: "running", ContainerStatus: { ContainerID: "c0ffee" } },
} as unknown as EngineTask;

describe("whether containers run at this moment", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** An engine whose only word is about one container. */
  const areAlive = (inspect: () => Promise<unknown>, at?: Engine["at"]): Promise<boolean> => {
    const engine = { docker: { getContainer: () => ({ inspect }) } } as unknown as Engine;
    engine.at = at ?? (() => Promise.resolve(engine));
    return openEvidence(engine).areAlive([task]);
  };
  const says = (Running: boolean) => () => Promise.resolve({ State: { Running } });

  it("is what their engine says", async () => {
    expect(await areAlive(says(true))).toBe(true);
    expect(await areAlive(says(false))).toBe(false);
  });

  it("they do not when it knows no such container any more", async () => {
    expect(
      await areAlive(() =>
        Promise.reject(Object.assign(new Error("No such container"), { statusCode: 404 })),
      ),
    ).toBe(false);
  });

  it("is not said by an engine that does not answer: it does not while it deals with an end", async () => {
    const asked = areAlive(() => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await asked).toBe(false);
  });

  it("is for the Swarm to say where no way leads to the node", async () => {
    expect(await areAlive(says(false), () => Promise.reject(new Error("no way")))).toBe(true);
  });
});
