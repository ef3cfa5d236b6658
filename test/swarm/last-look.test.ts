/**
 * The last look of a watch, at the containers themselves: a crash in the last moment, of which the Swarm has not heard
 * yet, is no deploy that went well. Over recorded timelines, to which the containers are added.
 */
import { afterEach, expect, test, vi } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import type { Engine } from "../../src/swarm/engine/connect.ts";
import { openPatience } from "../../src/swarm/patience.ts";
import type { Verdict } from "../../src/swarm/types.ts";
import { watchPlan } from "../../src/swarm/watch.ts";
import { readTimeline, replayEngine, type Timeline } from "./verdict/timeline.ts";

/** Every task with a container of its own name, on the node `one`. */
function withContainers(name: string): Timeline {
  const timeline = readTimeline(name);
  for (const task of timeline.frames.flatMap(({ tasks = [] }) => tasks)) {
    if (task.Status.State !== "running") continue;
    task.NodeID = "one";
    task.Status.ContainerStatus = { ...task.Status.ContainerStatus, ContainerID: `of ${task.ID}` };
  }
  return timeline;
}

afterEach(() => void vi.useRealTimers());

/**
 * Watches a timeline whose containers run from `aliveAtSeconds` on, and whose engines are silent from `silentAtSeconds`
 * on. Answers the verdict, and when containers were looked at: seconds from the begin of the watch.
 */
async function watched(
  name: string,
  aliveAtSeconds: number,
  forSeconds = 60,
  silentAtSeconds = Infinity,
  change: (timeline: Timeline) => void = () => undefined,
) {
  // Only how long an engine may be silent is counted by them.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const timeline = withContainers(name);
  change(timeline);
  const clock = new FakeClock();
  const beganMs = clock.now();
  const looks: { at: number; container: string }[] = [];
  const inspect = (container: string) => {
    const at = (clock.now() - beganMs) / 1000;
    looks.push({ at, container });
    if (at >= silentAtSeconds) return new Promise(() => undefined);
    return Promise.resolve({ State: { Running: at >= aliveAtSeconds } });
  };
  const there = { docker: { getContainer: (id: string) => ({ inspect: () => inspect(id) }) } };
  const engine = {
    ...replayEngine(timeline, clock, { containerEvents: false }),
    at: (node: string) =>
      node === "one" ? Promise.resolve(there) : Promise.reject(new Error("no such node")),
  } as unknown as Engine;
  let verdict: Verdict | undefined;
  const stop = new AbortController();
  const patience = openPatience(clock, { awayMs: 60_000 });
  const watching = watchPlan(engine, clock, patience, timeline.plan, { signal: stop.signal }).then(
    (given) => (verdict = given),
    () => undefined,
  );
  for (let turned = 0; verdict === undefined && turned < forSeconds; turned++) {
    await clock.turn(1000);
    await vi.advanceTimersByTimeAsync(3_000);
  }
  stop.abort(new Error("the test has seen enough"));
  await clock.turn(1000);
  await watching;
  return { verdict, looks, timeline, current: timeline.frames.flatMap(({ current = [] }) => current) };
}

test("a deploy is called well only after each of its containers was seen to run", async () => {
  const { verdict, looks, current } = await watched("plain", 0);
  expect(verdict?.outcome).toBe("converged");
  expect(looks.map(({ container }) => container)).toEqual(current.map((id) => `of ${id}`));
  // It is the last thing that happens: nothing is waited for between that look and the verdict.
  expect(looks.at(-1)?.at).toBeCloseTo(verdict?.seconds ?? Number.NaN, 0);
});

test("while its container does not run it is not called well, whatever the Swarm says", async () => {
  const { verdict, looks } = await watched("plain", Infinity, 40);
  expect(verdict).toBeUndefined();
  // It is asked again with each look, and the deploy would end with its time.
  expect(looks.length).toBeGreaterThan(10);
});

test("one whose container does not run when its time is up has failed, and it is said who says what", async () => {
  const { verdict, timeline } = await watched("plain", Infinity, 200);
  const [service] = timeline.plan.changes.map((one) => one.service);
  expect(verdict).toMatchObject({ outcome: "failed", code: "not-ready", service });
  expect(verdict?.reason).toBe(
    `${service} was not ready in time: ` +
      "Swarm says that it runs, and the engine on its node that its container does not.",
  );
  expect(verdict?.seconds).toBeGreaterThanOrEqual(timeline.plan.timeoutSeconds);
});

test("the runs of a cron job come and go: their containers are not looked at", async () => {
  const { verdict, looks } = await watched("plain", Infinity, 60, Infinity, ({ frames }) => {
    for (const frame of frames) {
      frame.at = 0;
      for (const { Spec } of frame.services ?? [])
        Spec.Labels = { ...Spec.Labels, "swarm.cronjob.enable": "true" };
    }
  });
  expect(verdict?.outcome).toBe("converged");
  expect(looks).toEqual([]);
});

test("an engine that is silent when time is up is asked again, and then the word of the Swarm counts", async () => {
  const { timeoutSeconds } = readTimeline("plain").plan;
  const { verdict, looks } = await watched("plain", Infinity, 200, timeoutSeconds - 1);
  expect(verdict?.outcome).toBe("converged");
  expect(looks.filter(({ at }) => at >= timeoutSeconds - 1)).toHaveLength(3);
});

test("it is called well when the Swarm was right after all", async () => {
  const { verdict, looks } = await watched("plain", 25);
  expect(verdict?.outcome).toBe("converged");
  expect(verdict?.seconds).toBeGreaterThanOrEqual(25);
  expect(looks.filter(({ at }) => at < 25).length).toBeGreaterThan(0);
});

test.each(["healthy", "update-good", "slow-start", "everywhere"])("%s is looked at, too", async (name) => {
  const { verdict, looks } = await watched(name, 0, 200);
  expect(verdict?.outcome).toBe("converged");
  expect(looks.length).toBeGreaterThan(0);
});

test("a deploy that failed needs no such look", async () => {
  const { verdict, looks } = await watched("crash", Infinity);
  expect(verdict?.outcome).toBe("failed");
  expect(looks).toEqual([]);
});
