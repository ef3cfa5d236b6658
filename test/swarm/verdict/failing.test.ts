import { describe, expect, it } from "vitest";
import { play, type Change } from "./play.ts";

// Times and words as a Docker Engine 20.10 showed them for stacks of these kinds, to a quarter of a second.
const crash = "task: non-zero exit (1)";

function life(id: string, from: number, runs: number, lives: number, err = crash): Change[] {
  return [
    { at: from, tasks: { [id]: { state: "starting" } } },
    { at: from + runs, tasks: { [id]: { state: "running" } } },
    { at: from + runs + lives, tasks: { [id]: { state: "failed", desired: "shutdown", err, exitCode: 1 } } },
  ];
}

describe("a new service that fails", () => {
  it("has an image that cannot be had", () => {
    const err = "No such image: registry.example.coop/app:9";
    const played = play(
      {},
      [
        { at: 0, tasks: { a: { state: "preparing" } } },
        { at: 1.4, tasks: { a: { state: "rejected", err } } },
      ],
      60,
    );
    expect(played.verdict).toEqual({
      outcome: "failed",
      code: "image-not-found",
      reason: "app's image cannot be had: No such image: registry.example.coop/app:9.",
      task: "a",
    });
    expect(played.seconds).toBe(1.5);
  });

  it("crashes again and again: the second end in its place decides", () => {
    const played = play({}, [...life("a", 0.5, 1, 1), ...life("b", 7.5, 1, 1), ...life("c", 14.5, 1, 1)], 60);
    expect(played.verdict).toMatchObject({ outcome: "failed", code: "crash-loop", task: "b" });
    expect(played.seconds).toBe(9.5);
  });

  it("crashes as often as it may and is then left alone", () => {
    const played = play(
      { restarts: "on-failure" },
      [...life("a", 0.5, 0.5, 1), ...life("b", 3, 0.5, 1), ...life("c", 6, 0.5, 1)],
      60,
    );
    expect(played.verdict).toMatchObject({ outcome: "failed", code: "crash-loop" });
    expect(played.seconds).toBe(4.5);
  });

  it("dies eight seconds after its start, which docker stack deploy takes for success", () => {
    const played = play(
      {},
      [
        ...life("a", 0, 1.5, 8, "task: non-zero exit (3)"),
        ...life("b", 14.5, 1.5, 8),
        ...life("c", 29, 1.5, 8),
      ],
      60,
    );
    expect(played.verdict).toMatchObject({ outcome: "failed", code: "crash-loop", task: "b" });
    expect(played.seconds).toBe(24);
  });

  it("dies a moment before the settle time, and a moment after it the second time", () => {
    const played = play(
      {},
      [...life("a", 0, 1, 9.5), ...life("b", 15, 1, 10.5), ...life("c", 32, 1, 10)],
      60,
    );
    expect(played.verdict).toMatchObject({ outcome: "failed", code: "crash-loop" });
  });

  it("is ended once and never started again", () => {
    const played = play({ restarts: "none" }, life("a", 0, 1, 1), 60);
    expect(played.verdict).toMatchObject({ outcome: "failed", code: "crashed", task: "a" });
    expect(played.seconds).toBe(2);
  });

  it("ends well again and again although it should run for ever", () => {
    const ends = (id: string, at: number): Change => ({
      at,
      tasks: { [id]: { state: "complete", desired: "shutdown" } },
    });
    const played = play({}, [ends("a", 1), ends("b", 7)], 60);
    expect(played.verdict).toMatchObject({ outcome: "failed", code: "crash-loop" });
    expect(played.verdict?.reason).toBe("app starts and ends again and again: it ended by itself (exit 0).");
  });

  it("is unhealthy: the engine's event decides, long before the task is stopped", () => {
    const changes: Change[] = [
      { at: 1, tasks: { a: { state: "starting" } } },
      { at: 8.4, tasks: { a: { health: "unhealthy" } } },
      {
        at: 21,
        tasks: { a: { state: "failed", err: "task: non-zero exit (137): dockerexec: unhealthy container" } },
      },
    ];
    const played = play({ hasHealthcheck: true }, changes, 60);
    expect(played.verdict).toMatchObject({ outcome: "failed", code: "unhealthy", task: "a" });
    expect(played.seconds).toBe(8.5);
  });

  it("is unhealthy on another node, whose events are not heard", () => {
    const err = "task: non-zero exit (137): dockerexec: unhealthy container";
    const played = play(
      { hasHealthcheck: true },
      [
        { at: 1, tasks: { a: { state: "starting" } } },
        { at: 21, tasks: { a: { state: "failed", err } } },
      ],
      60,
    );
    expect(played.verdict).toMatchObject({ outcome: "failed", code: "unhealthy" });
    expect(played.seconds).toBe(21);
  });

  it("never becomes ready: the verdict names the state in which it hung", () => {
    const played = play(
      { hasHealthcheck: true },
      [{ at: 1, tasks: { a: { state: "starting", health: "starting" } } }],
      12,
    );
    expect(played.verdict).toEqual({
      outcome: "failed",
      code: "not-ready",
      reason: "app was not ready in time: 0 of 1 running, starting (health: starting).",
      task: "a",
    });
  });

  it.each([
    ["no-node", "no suitable node (scheduling constraints not satisfied on 1 node)"],
    ["no-resources", "no suitable node (insufficient resources on 1 node)"],
    ["port-in-use", "no suitable node (host-mode port already in use on 1 node)"],
  ])("cannot be placed: %s", (code, err) => {
    const played = play({}, [{ at: 0.5, tasks: { a: { state: "pending", err } } }], 60);
    expect(played.verdict).toMatchObject({ outcome: "failed", code });
    expect(played.seconds).toBe(3.75);
  });

  it.each([
    [
      "port-in-use",
      "failed",
      "driver failed programming external connectivity on endpoint x: Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use",
    ],
    [
      "cannot-exec",
      "failed",
      'OCI runtime create failed: exec: "/bin/nonexistent": stat /bin/nonexistent: no such file or directory: unknown',
    ],
    [
      "cannot-exec",
      "failed",
      'starting container failed: exec: "serve": executable file not found in $PATH: unknown',
    ],
    [
      "bad-mount",
      "rejected",
      'invalid mount config for type "bind": bind source path does not exist: /nonexistent',
    ],
    ["missing-secret", "rejected", "secret reference db_password not found"],
  ])("cannot start: %s", (code, state, err) => {
    const played = play({}, [{ at: 1, tasks: { a: { state, err } } }], 60);
    expect(played.verdict).toMatchObject({ outcome: "failed", code, task: "a" });
    expect(played.seconds).toBe(1);
  });

  it("is removed or overwritten by somebody else meanwhile", () => {
    expect(play({}, [{ at: 2, live: "gone" }], 60).verdict).toMatchObject({
      outcome: "failed",
      code: "service-gone",
    });
    expect(play({}, [{ at: 2, live: "other" }], 60).verdict).toMatchObject({
      outcome: "failed",
      code: "changed-meanwhile",
    });
  });
});
