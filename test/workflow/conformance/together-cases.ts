import { expect } from "vitest";
import { story, type Case } from "./suite.ts";

export const togetherCases: Case[] = [
  {
    name: "the same key twice at the same time is one run",
    stories: (world) => ({ w: story(async ({ step }) => step("a", () => world.did("a"))) }),
    async play(c, world) {
      const runs = await Promise.all(["k", "k", "k"].map((key) => c.start("w", null, key)));
      expect(new Set(runs).size).toBe(1);
      await c.result(runs[0] ?? "");
      expect(await c.start("w", null, "k")).toBe(runs[0]);
      await c.settle();
      expect(world.done).toEqual(["a"]);
    },
  },
  {
    name: "runs with one lock follow each other in the order of their starts, over a crash",
    stories: (world) => {
      let n = 0;
      return {
        w: story(
          async ({ step, waitFor, run }) => {
            await step("begin", () => world.did(`begin ${++n}`));
            await waitFor("go");
            await step("end", () => world.did(`end ${n}`));
            return run.id;
          },
          { lock: () => "the one" },
        ),
      };
    },
    async play(c, world) {
      const runs = [await c.start("w"), await c.start("w"), await c.start("w")];
      await c.settle();
      expect(world.done).toEqual(["begin 1"]);
      const second = await c.look(runs[1] ?? "");
      expect(second.status).toBe("waiting");
      expect(second.waitsFor).toContain(runs[0]);
      await c.restart();
      // A word to a run that has not begun is kept, and does not begin it.
      for (const run of runs.slice(1)) await c.signal(run, "go", null);
      await c.settle();
      expect(world.done).toEqual(["begin 1"]);
      await c.signal(runs[0] ?? "", "go", null);
      for (const run of runs) expect((await c.result(run)).output).toBe(run);
      expect(world.done).toEqual(["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]);
    },
  },
  {
    name: "a run that is cancelled while it waits for its lock never begins, and lets the next one by",
    stories: (world) => ({
      w: story(
        async ({ step, waitFor, run }) => {
          await step("begin", () => world.did(run.id));
          await waitFor("go");
        },
        { lock: () => "the one" },
      ),
    }),
    async play(c, world) {
      const first = await c.start("w");
      const second = await c.start("w");
      const third = await c.start("w");
      await c.settle();
      await c.cancel(second);
      expect((await c.result(second)).status).toBe("cancelled");
      await c.settle();
      expect(world.done).toEqual([first]);
      // The one that holds the lock is left alone.
      expect((await c.look(first)).waitsFor).toBe("go");
      await c.signal(first, "go", null);
      await c.signal(third, "go", null);
      await c.result(third);
      expect(world.done).toEqual([first, third]);
    },
  },
  {
    name: "a child gives its result to its parent, once, over a crash",
    stories: (world) => {
      const inner = story(async ({ step, waitFor }) => {
        await step("work", () => world.did("work"));
        return { word: await waitFor("word") };
      });
      return {
        inner,
        w: story(async ({ child, run, step }) => {
          await step("tell", () => world.did(run.id));
          return [(await child("part", inner, null)) as unknown, "and the parent"];
        }),
      };
    },
    async play(c) {
      const run = await c.start("w");
      await c.settle();
      expect((await c.look(run)).status).toBe("waiting");
      await c.restart();
      const child = await c.start("inner", null, `child ${run}/part`);
      await c.signal(child, "word", 5);
      expect((await c.result(run)).output).toEqual([{ word: 5 }, "and the parent"]);
    },
  },
  {
    name: "a child's problem is the parent's, and can be caught there",
    stories: () => {
      const inner = story(async ({ step }) =>
        step(
          "bad",
          () => {
            throw new Error("broken inside");
          },
          { retries: 0 },
        ),
      );
      return {
        inner,
        w: story(async ({ child }) =>
          child("part", inner, null).catch((thrown: unknown) => (thrown as Error).message),
        ),
      };
    },
    async play(c) {
      expect((await c.result(await c.start("w"))).output).toContain("broken inside");
    },
  },
  {
    name: "a child that needs its parent's lock is refused instead of waiting for ever",
    stories: () => {
      const inner = story(async () => Promise.resolve("never"), { lock: () => "app x" });
      return { inner, w: story(async ({ child }) => child("part", inner, null), { lock: () => "app x" }) };
    },
    async play(c) {
      const { status, problem } = await c.result(await c.start("w"));
      expect(status).toBe("failed");
      expect(problem?.code).toBe("lock-held-by-ancestor");
    },
  },
  {
    name: "two branches with one step name are refused: after a crash they could be mistaken for each other",
    stories: () => ({
      w: story(async ({ all, step }) => all([() => step("same", () => 1), () => step("same", () => 2)])),
    }),
    async play(c) {
      const { status, problem } = await c.result(await c.start("w"));
      expect(status).toBe("failed");
      expect(problem?.code).toBe("step-name-twice");
    },
  },
];
