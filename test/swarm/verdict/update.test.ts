import { describe, expect, it } from "vitest";
import { play, type Change } from "./play.ts";

const goesBack = { isNew: false, failureAction: "rollback" as const, oldTasks: ["old"] };
const old: Change = {
  at: 0,
  update: { state: "updating" },
  tasks: { old: { state: "running", isCurrent: false } },
};
/** Swarm restores the old spec in the moment it begins to go back, and with it what is current. */
const startsBack = (at: number, message: string, failing: string): Change => ({
  at,
  live: "before",
  update: { state: "rollback_started", message },
  tasks: { old: { isCurrent: true }, [failing]: { isCurrent: false } },
});

describe("an update that fails and goes back", () => {
  it("crashes: a rollback is a failure, though everything runs at the end", () => {
    const played = play(
      goesBack,
      [
        old,
        { at: 1, tasks: { a: { state: "running" } } },
        { at: 1.7, tasks: { a: { state: "failed", err: "task: non-zero exit (1)" } } },
        startsBack(3.3, "update rolled back due to failure or early termination of task a", "a"),
        { at: 11.2, update: { state: "rollback_completed", message: "rollback completed" } },
      ],
      60,
    );
    expect(played.verdict).toEqual({
      outcome: "rolled back",
      code: "rolled-back",
      reason: "Swarm put app back to the version from before: task: non-zero exit (1).",
      task: "a",
    });
    expect(played.seconds).toBe(11.25);
  });

  it("is unhealthy: waits for how Swarm's going back ends, and says why it was", () => {
    const played = play(
      { ...goesBack, hasHealthcheck: true },
      [
        old,
        { at: 1, tasks: { a: { state: "starting" } } },
        { at: 6.8, tasks: { a: { health: "unhealthy" } } },
        startsBack(19.4, "update rolled back due to failure or early termination of task a", "a"),
        { at: 24.4, update: { state: "rollback_completed", message: "rollback completed" } },
      ],
      60,
    );
    expect(played.verdict).toMatchObject({ outcome: "rolled back", code: "rolled-back", task: "a" });
    expect(played.verdict?.reason).toMatch(/healthcheck says it is not well/);
    expect(played.seconds).toBe(24.5);
  });

  it("has a bad image: fatal, yet the verdict waits for the end", () => {
    const played = play(
      goesBack,
      [
        old,
        { at: 0.4, tasks: { a: { state: "rejected", err: "No such image: app:9" } } },
        startsBack(0.6, "update rolled back due to failure or early termination of task a", "a"),
        { at: 5.75, update: { state: "rollback_completed", message: "rollback completed" } },
      ],
      60,
    );
    expect(played.verdict).toMatchObject({ outcome: "rolled back" });
    expect(played.seconds).toBe(5.75);
  });

  it("has gone back between two looks: the cause is read from what is left", () => {
    const played = play(
      goesBack,
      [
        { at: 0, live: "before", update: { state: "rollback_completed", message: "rollback completed" } },
        {
          at: 0,
          tasks: {
            old: { state: "running" },
            a: { state: "failed", isCurrent: false, err: "task: non-zero exit (7)" },
          },
        },
      ],
      60,
    );
    expect(played.verdict?.reason).toMatch(/non-zero exit \(7\)/);
    expect(played.verdict).toMatchObject({ outcome: "rolled back", task: "a" });
  });

  it("was put back by hand, without any update status", () => {
    const played = play(goesBack, [{ at: 0, live: "before", tasks: { old: { state: "running" } } }], 60);
    expect(played.verdict).toMatchObject({ outcome: "rolled back", code: "rolled-back" });
  });

  it("cannot go back either", () => {
    const played = play(
      goesBack,
      [
        old,
        startsBack(2, "update rolled back due to failure of task a", "a"),
        { at: 9, update: { state: "rollback_paused", message: "x" } },
      ],
      60,
    );
    expect(played.verdict).toMatchObject({ outcome: "failed", code: "rollback-paused" });
  });

  it("is still going back when time is up: known to be one", () => {
    const played = play(
      goesBack,
      [old, startsBack(2, "update rolled back due to failure of task a", "a")],
      20,
    );
    expect(played.verdict).toMatchObject({ outcome: "rolled back" });
    expect(played.verdict?.reason).toMatch(/had not ended when time was up/);
  });

  it("crashes only after Swarm took it for good: nobody goes back any more", () => {
    const played = play(
      goesBack,
      [
        old,
        { at: 1, tasks: { a: { state: "running" }, old: { state: "shutdown", desired: "shutdown" } } },
        { at: 6, update: { state: "completed" } },
        { at: 9, tasks: { a: { state: "failed", err: "task: non-zero exit (3)" } } },
        { at: 15, tasks: { b: { state: "running" } } },
        { at: 23, tasks: { b: { state: "failed", err: "task: non-zero exit (3)" } } },
      ],
      60,
    );
    expect(played.verdict).toMatchObject({ outcome: "failed", code: "crash-loop" });
    expect(played.seconds).toBe(23);
  });
});

describe("an update without rollback", () => {
  it("is stopped half-way by Swarm", () => {
    const played = play(
      { isNew: false, oldTasks: ["old"] },
      [
        old,
        { at: 2, tasks: { a: { state: "failed", err: "task: non-zero exit (1)" } } },
        {
          at: 2.1,
          update: { state: "paused", message: "update paused due to failure or early termination of task a" },
        },
      ],
      60,
    );
    expect(played.verdict).toMatchObject({ outcome: "failed", code: "paused", task: "a" });
    expect(played.verdict?.reason).toMatch(/non-zero exit \(1\)/);
  });

  it("waits while the old task stops and holds the port", () => {
    const played = play(
      { isNew: false, oldTasks: ["old"] },
      [
        {
          at: 0,
          update: { state: "updating" },
          tasks: { old: { state: "running", desired: "shutdown", isCurrent: false } },
        },
        {
          at: 0.5,
          tasks: {
            a: { state: "pending", err: "no suitable node (host-mode port already in use on 1 node)" },
          },
        },
        { at: 10, tasks: { old: { state: "shutdown" }, a: { state: "running" } } },
        { at: 15, update: { state: "completed" } },
      ],
      60,
    );
    expect(played.verdict).toEqual({ outcome: "converged" });
    expect(played.seconds).toBe(25);
  });
});
