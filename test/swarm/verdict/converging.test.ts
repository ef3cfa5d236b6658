import { describe, expect, it } from "vitest";
import { play, type Change } from "./play.ts";

const running: Change = { at: 1, tasks: { a: { state: "running" } } };

describe("a service that becomes well", () => {
  it("without a healthcheck has to run for its settle time", () => {
    const played = play({}, [running], 60);
    expect(played).toMatchObject({ verdict: { outcome: "converged" }, seconds: 11 });
  });

  it("with one is believed after a second", () => {
    const played = play({ hasHealthcheck: true, settleMs: 1000 }, [running], 60);
    expect(played).toMatchObject({ verdict: { outcome: "converged" }, seconds: 2 });
  });

  it("may crash once: the next life must outlast the first and the settle time", () => {
    const changes: Change[] = [
      running,
      { at: 5, tasks: { a: { state: "failed", err: "task: non-zero exit (1)" } } },
      { at: 11, tasks: { b: { state: "running" } } },
    ];
    expect(play({}, changes, 60)).toMatchObject({ verdict: { outcome: "converged" }, seconds: 25 });
  });

  it("begins to settle anew when a task is replaced", () => {
    const changes: Change[] = [
      running,
      { at: 6, tasks: { a: { state: "shutdown", desired: "shutdown" }, b: { state: "running" } } },
    ];
    expect(play({}, changes, 60).seconds).toBe(16);
  });

  it("is not done while the update is under way, nor with too few tasks", () => {
    const one: Change = {
      at: 0,
      wanted: 2,
      update: { state: "updating" },
      tasks: { a: { state: "running", slot: "1" } },
    };
    const two: Change = { at: 8, tasks: { b: { state: "running", slot: "2" } } };
    const changes: Change[] = [one, two, { at: 13, update: { state: "completed" } }];
    expect(play({ isNew: false, hasHealthcheck: true, settleMs: 1000 }, changes, 60).seconds).toBe(14);
  });

  it("counts places, not tasks: two tasks of one slot are one", () => {
    const changes: Change[] = [
      { at: 0, wanted: 2, tasks: { a: { state: "running" }, b: { state: "running" } } },
    ];
    expect(play({}, changes, 30).verdict).toMatchObject({ code: "not-ready" });
  });

  it("that nothing changed for is believed at once, old failures and old rollbacks in its history or not", () => {
    const changes: Change[] = [
      {
        at: 0,
        update: { state: "rollback_completed", startedAt: "2026-09-01T08:00:00Z" },
        tasks: { old: { state: "failed", err: "task: non-zero exit (1)" }, a: { state: "running" } },
      },
    ];
    const rules = {
      isNew: false,
      isUnchanged: true,
      oldTasks: ["old", "a"],
      oldUpdate: "2026-09-01T08:00:00Z",
    };
    expect(play(rules, changes, 60)).toMatchObject({ verdict: { outcome: "converged" }, seconds: 0 });
  });

  it("that nothing changed for, but that does not run, is not called well", () => {
    const rules = { isNew: false, isUnchanged: true, oldTasks: ["old"] };
    const changes: Change[] = [
      { at: 0, tasks: { old: { state: "failed", err: "task: non-zero exit (1)" } } },
    ];
    expect(play(rules, changes, 12).verdict).toMatchObject({ outcome: "failed", code: "not-ready" });
  });

  it("with no copies wanted is done", () => {
    expect(play({}, [{ at: 0, wanted: 0 }], 60)).toMatchObject({
      verdict: { outcome: "converged" },
      seconds: 0,
    });
  });

  it.each([{ restarts: "none" as const }, { restarts: "on-failure" as const }, { isJob: true }])(
    "and should run once is done when it has (%o)",
    (rules) => {
      const changes: Change[] = [
        running,
        { at: 3, tasks: { a: { state: "complete", desired: "shutdown" } } },
      ];
      expect(play(rules, changes, 60)).toMatchObject({ verdict: { outcome: "converged" }, seconds: 3 });
    },
  );

  it("does not fail for the node that was lost under it", () => {
    const changes: Change[] = [
      running,
      { at: 2, tasks: { a: { state: "orphaned" }, b: { state: "running" } } },
    ];
    expect(play({}, changes, 60).verdict).toEqual({ outcome: "converged" });
  });
});
