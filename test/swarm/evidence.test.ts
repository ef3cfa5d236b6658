/** The last look before a deploy is called well: at the containers themselves, by engines that answer in every way. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Engine } from "../../src/swarm/engine/connect.ts";
import type { EngineTask } from "../../src/swarm/engine/types.ts";
import { openEvidence, type Evidence } from "../../src/swarm/evidence.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Answer = () => Promise<unknown>;
const running: Answer = () => Promise.resolve({ State: { Running: true } });
const ended: Answer = () => Promise.resolve({ State: { Running: false } });
const gone: Answer = () => Promise.reject(Object.assign(new Error("no such container"), { statusCode: 404 }));
const broken: Answer = () => Promise.reject(Object.assign(new Error("internal"), { statusCode: 500 }));
const silent: Answer = () => new Promise(() => undefined);

/** Nodes by id, each with its containers by id; a node that is not named is out of reach. */
function evidenceOf(nodes: Record<string, Record<string, Answer>>): Evidence {
  const at = (node: string): Promise<unknown> => {
    const containers = nodes[node];
    if (containers === undefined) return Promise.reject(new Error("there is no way to that machine"));
    return Promise.resolve({
      docker: { getContainer: (id: string) => ({ inspect: () => (containers[id] ?? gone)() }) },
    });
  };
  return openEvidence({ at } as unknown as Engine);
}

function task(node: string | undefined, container: string | undefined): EngineTask {
  const status = container === undefined ? {} : { ContainerStatus: { ContainerID: container } };
  return {
    ID: "t",
    ...(node !== undefined && { NodeID: node }),
    Status: { State: "running", ...status },
  } as EngineTask;
}

/** Whether all are seen to run, once everything that waits has waited long enough. */
async function answerOf(evidence: Evidence, ...tasks: EngineTask[]): Promise<boolean> {
  const unseen = evidence.unseen(tasks);
  await vi.advanceTimersByTimeAsync(3_000);
  return (await unseen).length === 0;
}

test.each([
  ["runs", running, true],
  ["has ended", ended, false],
  ["is gone", gone, false],
  ["cannot be looked at", broken, true],
])("a container that %s, where Swarm says that it runs", async (_what, answer, expected) => {
  expect(await answerOf(evidenceOf({ one: { a: answer } }), task("one", "a"))).toBe(expected);
});

test("each container is looked at on its own node, and one that has ended is enough", async () => {
  const evidence = evidenceOf({ one: { a: running, b: ended }, two: { b: running } });
  expect(await answerOf(evidence, task("one", "a"), task("two", "b"))).toBe(true);
  expect(await answerOf(evidence, task("one", "a"), task("one", "b"))).toBe(false);
});

test("the word of Swarm counts where there is nothing to look at, or no way to it", async () => {
  const evidence = evidenceOf({ one: {} });
  expect(await answerOf(evidence)).toBe(true);
  expect(await answerOf(evidence, task("one", undefined))).toBe(true);
  expect(await answerOf(evidence, task(undefined, "a"))).toBe(true);
  expect(await answerOf(evidence, task("two", "a"))).toBe(true);
});

test("an engine that is silent is no yes twice, and the third time the word of Swarm counts", async () => {
  const evidence = evidenceOf({ one: { a: silent, b: running } });
  const both = [task("one", "a"), task("one", "b")];
  expect(await answerOf(evidence, ...both)).toBe(false);
  expect(await answerOf(evidence, ...both)).toBe(false);
  expect(await answerOf(evidence, ...both)).toBe(true);
});

test("one that has ended is told from one whose engine is silent", async () => {
  const [dead, mute] = [task("one", "a"), task("one", "b")];
  const unseen = evidenceOf({ one: { a: ended, b: silent } }).unseen([dead, mute]);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await unseen).toEqual([
    { task: dead, hasEnded: true },
    { task: mute, hasEnded: false },
  ]);
});
