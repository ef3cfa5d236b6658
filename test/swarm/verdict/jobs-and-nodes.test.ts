import { describe, expect, it } from "vitest";
import { wantedOf } from "../../../src/swarm/look.ts";
import { timeoutOf } from "../../../src/swarm/plan/timeout.ts";
import { rulesOf } from "../../../src/swarm/verdict/rules.ts";
import type { ServiceSpec } from "../../../src/swarm/engine/types.ts";
import { nodeOf, specOf } from "../spec.ts";
import { play, type Change } from "./play.ts";

const specWith = (change: (spec: ServiceSpec) => void): ServiceSpec => specOf("app", change);
const rules = (change: (spec: ServiceSpec) => void) => rulesOf("app", specWith(change), null);

describe("jobs", () => {
  const failing = (id: string, at: number): Change => ({
    at,
    tasks: { [id]: { state: "failed", desired: "shutdown", err: "task: non-zero exit (1)" } },
  });
  const job = (attempts: number) =>
    rules((spec) => {
      spec.Mode = { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } };
      spec.TaskTemplate.RestartPolicy = { Condition: "on-failure", MaxAttempts: attempts };
    });

  it("may fail as often as the recipe lets them try, and are done when they end well", () => {
    const changes = [failing("a", 1), failing("b", 3), { at: 5, tasks: { c: { state: "complete" } } }];
    expect(play(job(3), changes, 60)).toMatchObject({ verdict: { outcome: "converged" }, seconds: 5 });
  });

  it("fail with the last attempt", () => {
    const changes = [failing("a", 1), failing("b", 3), failing("c", 5), failing("d", 7)];
    expect(play(job(3), changes, 60)).toMatchObject({ verdict: { code: "crash-loop" }, seconds: 7 });
  });

  it("without a limit of attempts fail like everything else", () => {
    expect(play(job(0), [failing("a", 1), failing("b", 3)], 60).verdict).toMatchObject({
      code: "crash-loop",
    });
  });

  it("that may not be tried again fail at once", () => {
    const once = rules((spec) => {
      spec.Mode = { GlobalJob: {} };
      spec.TaskTemplate.RestartPolicy = { Condition: "none" };
    });
    expect(play(once, [failing("a", 1)], 60)).toMatchObject({ verdict: { code: "crashed" }, seconds: 1 });
  });

  it("are wanted as often as they shall end, or once on every node", () => {
    const nodes = [nodeOf("one"), nodeOf("two")];
    const many = specWith(
      (spec) => void (spec.Mode = { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 5 } }),
    );
    const everywhere = specWith((spec) => void (spec.Mode = { GlobalJob: {} }));
    expect([wantedOf(many, nodes), wantedOf(everywhere, nodes)]).toEqual([5, 2]);
  });
});

describe("a node that goes down", () => {
  it("is no longer waited for by a global service", () => {
    const spec = specWith((one) => void (one.Mode = { Global: {} }));
    const down = nodeOf("two", (node) => void (node.Status.State = "down"));
    expect(wantedOf(spec, [nodeOf("one"), nodeOf("two")])).toBe(2);
    expect(wantedOf(spec, [nodeOf("one"), down])).toBe(1);
  });

  it("leaves a task that is said to run and shall not: what takes its place counts", () => {
    const changes: Change[] = [
      { at: 0, tasks: { a: { state: "running" } } },
      { at: 5, tasks: { a: { state: "running", desired: "shutdown" }, b: { state: "pending" } } },
      { at: 8, tasks: { b: { state: "running" } } },
    ];
    expect(play({}, changes, 60)).toMatchObject({ verdict: { outcome: "converged" }, seconds: 18 });
  });

  it("leaves a global service with fewer places", () => {
    const changes: Change[] = [
      {
        at: 0,
        wanted: 2,
        tasks: { a: { state: "running", slot: "one" }, b: { state: "starting", slot: "two" } },
      },
      { at: 4, wanted: 1, tasks: { b: { state: "starting", slot: "two", desired: "shutdown" } } },
    ];
    expect(play({}, changes, 60)).toMatchObject({ verdict: { outcome: "converged" }, seconds: 14 });
  });
});

it("the start period counts in the time that a deploy may take, in seconds", () => {
  const patient = specWith((spec) => {
    spec.UpdateConfig = { Monitor: 5e9 };
    spec.TaskTemplate.ContainerSpec.StopGracePeriod = 1e9;
    spec.TaskTemplate.ContainerSpec.Healthcheck = {
      Test: ["CMD", "true"],
      Interval: 2e9,
      Timeout: 2e9,
      Retries: 3,
      StartPeriod: 600e9,
    };
  });
  expect(timeoutOf("shop", [patient])).toBe(120 + 600 + 3 * 4 + 5 + 1);
});
