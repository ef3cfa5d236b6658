import { describe, expect, it } from "vitest";
import { openJury } from "../../../src/swarm/verdict/jury.ts";
import type { Sight, TaskSight } from "../../../src/swarm/verdict/sight.ts";
import { plain } from "./play.ts";

function sight(atMs: number, task: Partial<TaskSight>): Sight {
  return {
    atMs,
    live: "ours",
    wanted: 1,
    tasks: [{ id: "t", slot: "1", state: "running", desired: "running", isCurrent: true, ...task }],
  };
}

describe("all services of a stack", () => {
  const jury = () =>
    openJury([
      { ...plain, service: "app" },
      { ...plain, service: "db", settleMs: 1000 },
    ]);
  const show = (
    one: ReturnType<typeof jury>,
    atMs: number,
    app: Partial<TaskSight>,
    db: Partial<TaskSight> = {},
  ) =>
    one.hear(
      new Map([
        ["app", sight(atMs, app)],
        ["db", sight(atMs, db)],
      ]),
    );

  it("are not well any more when one ends after its settle time, before that was told or while another was awaited", () => {
    const one = jury();
    show(one, 0, {});
    expect(show(one, 10_000, {})).toEqual({ outcome: "converged" });
    const ended = { state: "failed", err: "task: non-zero exit (3)" };
    expect(show(one, 11_000, ended)).toBeUndefined();
    expect(one.standing()[0]).not.toContain("runs");
    const again = { id: "t2" };
    expect(show(one, 20_000, again)).toBeUndefined();
    expect(show(one, 28_000, { ...again, ...ended })).toMatchObject({
      outcome: "failed",
      code: "crash-loop",
    });
  });

  it("must all be well", () => {
    const one = jury();
    expect(show(one, 0, {})).toBeUndefined();
    expect(show(one, 1000, {})).toBeUndefined();
    expect(one.dueAtMs()).toBe(10_000);
    expect(show(one, 10_000, {})).toEqual({ outcome: "converged" });
  });

  it("leave nothing to say when time is up and all are well", () => {
    const one = jury();
    show(one, 0, {});
    show(one, 10_000, {});
    expect(one.tooLate()).toBeUndefined();
  });

  it("fail with the first that fails, by its name", () => {
    const one = jury();
    expect(show(one, 0, {}, { state: "rejected", err: "No such image: db:9" })).toMatchObject({
      outcome: "failed",
      code: "image-not-found",
      service: "db",
    });
  });

  it("name what hangs, not what is well, when time is up", () => {
    const one = jury();
    show(one, 0, { state: "preparing" });
    show(one, 1000, { state: "preparing" });
    expect(one.tooLate()).toMatchObject({ service: "app", code: "not-ready" });
    expect(one.standing()).toEqual(["app: 0 of 1 running, preparing", "db: 1 of 1 running"]);
  });
});
