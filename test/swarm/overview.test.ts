/** What `app list` learns of all stacks: what should run now, and no more than that. */
import { expect, test } from "vitest";
import type { Engine } from "../../src/swarm/engine/connect.ts";
import type { EngineTask, ServiceSpec } from "../../src/swarm/engine/types.ts";
import { overviewOf } from "../../src/swarm/overview.ts";
import { runs, specOf } from "./spec.ts";

const at = (hour: number): string => `2026-10-01T0${hour}:00:00Z`;
const task = (State: string, more: Partial<EngineTask> = { Slot: 1 }): Partial<EngineTask> => ({
  ...{ CreatedAt: at(8), Status: { State, Timestamp: at(9) } },
  ...more,
});
const ends = (Condition: string) => (spec: ServiceSpec) => {
  spec.TaskTemplate.RestartPolicy = { Condition };
};

/** How many of one service should run when the engine says that one should and none does. */
async function wantedOf(
  change: (spec: ServiceSpec) => void,
  tasks: Partial<EngineTask>[],
  ServiceStatus = { RunningTasks: 0, DesiredTasks: 1 },
): Promise<number | undefined> {
  const Spec = specOf("one", change);
  const services = [{ ...runs(Spec, "id"), ServiceStatus }];
  const engine = {
    ask: (_: string, call: () => unknown) => Promise.resolve(call()),
    docker: { listServices: () => Promise.resolve(services) },
    tasks: () => Promise.resolve(tasks.map((one) => ({ ServiceID: "id", ...one }))),
  } as unknown as Engine;
  return (await overviewOf(engine))[0]?.services[0]?.wanted;
}

test.each([
  ["what runs for ever and has ended", ends("any"), [task("complete")], 1],
  ["what has no restart policy", () => undefined, [task("complete")], 1],
  ["what is not started again after its end", ends("none"), [task("complete")], 0],
  [
    "what ended well after it had failed",
    ends("on-failure"),
    [task("failed"), task("complete", { Slot: 1, CreatedAt: at(9) })],
    0,
  ],
  [
    "what failed after an end from before",
    ends("on-failure"),
    [task("failed", { Slot: 1, CreatedAt: at(9) }), task("complete")],
    1,
  ],
  ["what has failed", ends("none"), [task("failed")], 1],
  ["what has not begun", ends("none"), [], 1],
  ["what is another's end", ends("none"), [task("complete", { Slot: 1, ServiceID: "other" })], 1],
])("%s", async (_, change, tasks, wanted) => {
  expect(await wantedOf(change, tasks)).toBe(wanted);
});

test("a job is over when each of its tasks is, on one node or on several", async () => {
  const job = (spec: ServiceSpec): void => void (spec.Mode = { ReplicatedJob: { TotalCompletions: 2 } });
  const [first, second] = [task("complete", { Slot: 0 }), task("complete", { Slot: 1 })];
  const two = { RunningTasks: 0, DesiredTasks: 2 };
  expect(await wantedOf(job, [first], two)).toBe(1);
  expect(await wantedOf(job, [first, second], two)).toBe(0);
  const everywhere = (spec: ServiceSpec): void => void (spec.Mode = { GlobalJob: {} });
  const nodes = ["a", "b"].map((NodeID) => task("complete", { NodeID }));
  expect(await wantedOf(everywhere, nodes, two)).toBe(0);
});

test("a cron job waits for its schedule, whatever its last run left there", async () => {
  const cron = (spec: ServiceSpec): void => void ((spec.Labels ??= {})["swarm.cronjob.enable"] = "true");
  expect(await wantedOf(cron, [task("failed")])).toBe(0);
});
