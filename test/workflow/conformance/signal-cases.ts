import { expect } from "vitest";
import { story, type Case } from "./suite.ts";

export const signalCases: Case[] = [
  {
    name: "a wait whose time is over gives null",
    stories: () => ({
      w: story(async ({ waitFor }) => ({ got: await waitFor("never", { timeout: "500ms" }) })),
    }),
    async play(c) {
      const run = await c.start("w");
      await c.pass(1000);
      expect((await c.result(run)).output).toEqual({ got: null });
    },
  },
  {
    name: "a sleep lasts as long as it says",
    stories: () => ({
      w: story(async ({ now, sleep }) => {
        const begun = await now();
        await sleep("nap", "500ms");
        return (await now()) - begun;
      }),
    }),
    async play(c) {
      const run = await c.start("w");
      await c.pass(400);
      expect((await c.look(run)).status).toBe("waiting");
      await c.pass(1100);
      const slept = (await c.result(run)).output as number;
      expect(slept).toBeGreaterThanOrEqual(500);
      expect(slept).toBeLessThan(1500);
    },
  },
  {
    name: "a sleep of two months ends after two months",
    needsFakeTime: true,
    stories: () => ({ w: story(async ({ sleep }) => sleep("long", "60d")) }),
    async play(c) {
      const run = await c.start("w");
      await c.pass(59 * 86_400_000);
      expect((await c.look(run)).status).toBe("waiting");
      await c.pass(86_400_000);
      expect((await c.look(run)).status).toBe("done");
    },
  },
  {
    name: "two signals meet two waits in order",
    stories: () => ({
      w: story(async ({ waitFor }) => [await waitFor("x"), await waitFor("x")]),
    }),
    async play(c) {
      const run = await c.start("w");
      await c.settle();
      expect((await c.look(run)).status).toBe("waiting");
      await c.signal(run, "x", 1);
      await c.settle();
      expect(await c.look(run)).toMatchObject({ status: "waiting", waitsFor: "x" });
      await c.signal(run, "x", 2);
      expect((await c.result(run)).output).toEqual([1, 2]);
    },
  },
  {
    name: "the first of approve and decline is heard, and the other one is not lost",
    stories: (world) => ({
      w: story(async ({ any, step }) => {
        const first = await any(["approve", "decline"], { timeout: "60s" });
        await step("after", () => world.did(first?.topic ?? "nobody"));
        return [first, await any(["approve", "decline"], { timeout: "60s" })];
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.signal(run, "decline", { by: "bo" });
      await c.signal(run, "approve", { by: "cy" });
      expect((await c.result(run)).output).toEqual([
        { topic: "decline", payload: { by: "bo" } },
        { topic: "approve", payload: { by: "cy" } },
      ]);
      expect(world.done).toEqual(["decline"]);
    },
  },
  {
    name: "a message before the wait is kept",
    stories: (world) => ({
      w: story(async ({ step, waitFor }) => {
        await step("before", () => world.gate("go on").opened);
        return waitFor("x");
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.signal(run, "x", "early");
      await c.settle();
      world.gate("go on").open();
      expect((await c.result(run)).output).toBe("early");
    },
  },
  {
    name: "the same message twice is one",
    stories: () => ({
      w: story(async ({ waitFor }) => [await waitFor("x"), await waitFor("x", { timeout: "100ms" })]),
    }),
    async play(c) {
      const run = await c.start("w");
      await c.settle();
      await c.signal(run, "x", 1, "event-1");
      await c.settle();
      await c.signal(run, "x", 1, "event-1");
      await c.pass(1000);
      expect((await c.result(run)).output).toEqual([1, null]);
    },
  },
  {
    name: "waiting runs no clean-up",
    stories: (world) => ({
      w: story(async ({ waitFor, step }) => {
        try {
          return await waitFor("x");
        } catch (thrown) {
          await step("roll back", () => world.did("rolled back"));
          throw thrown;
        } finally {
          world.did("left");
        }
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.restart();
      expect(world.done).toEqual([]);
      await c.signal(run, "x", "y");
      expect((await c.result(run)).output).toBe("y");
      expect(world.done).toEqual(["left"]);
    },
  },
];
