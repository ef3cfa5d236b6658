import { expect } from "vitest";
import { Passing } from "./contestant.ts";
import { story, type Case } from "./suite.ts";

const minute = 60_000;

export const restartCases: Case[] = [
  {
    name: "after a crash only the step in flight is done again, with the same key",
    stories: (world) => ({
      w: story(async ({ step }) => {
        const a = await step("a", ({ key }) => (world.did("a", key), "A"));
        await step("b", async ({ key }) => {
          world.did("b", key);
          if (world.times("b") === 1) await world.gate("never").opened;
        });
        return a;
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.restart();
      expect((await c.result(run)).output).toBe("A");
      expect(world.done).toEqual(["a", "b", "b"]);
      expect(world.keys["b"]).toEqual([`${run}/b`, `${run}/b`]);
    },
  },
  {
    name: "repeated names are told apart by their order, before and after a crash",
    stories: (world) => ({
      w: story(async ({ step, waitFor }) => {
        const seen: unknown[] = [];
        for (const n of [1, 2, 3]) seen.push(await step("page", ({ key }) => (world.did("page", key), n)));
        await waitFor("go");
        for (const n of [4]) seen.push(await step("page", ({ key }) => (world.did("page", key), n)));
        return seen;
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.restart();
      await c.signal(run, "go", null);
      expect((await c.result(run)).output).toEqual([1, 2, 3, 4]);
      expect(world.keys["page"]).toEqual(
        ["page", "page#2", "page#3", "page#4"].map((key) => `${run}/${key}`),
      );
    },
  },
  {
    name: "a retry keeps its time over a crash",
    stories: (world) => ({
      w: story(async ({ step }) =>
        step(
          "flaky",
          ({ attempt }) => {
            world.did(`try ${attempt}`);
            if (attempt === 1) throw new Passing("not yet");
          },
          { backoff: "10s" },
        ),
      ),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.pass(4000);
      await c.restart();
      await c.pass(4000);
      expect(world.done).toEqual(["try 1"]);
      await c.pass(4000);
      expect(world.done).toEqual(["try 1", "try 2"]);
      expect((await c.result(run)).status).toBe("done");
    },
  },
  {
    name: "retries are counted over a crash",
    stories: (world) => ({
      w: story(async ({ step }) =>
        step(
          "flaky",
          () => {
            world.did("try");
            throw new Passing("never");
          },
          { retries: 2, backoff: "10s" },
        ),
      ),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.pass(12_000);
      await c.restart();
      await c.pass(5 * minute);
      expect((await c.result(run)).status).toBe("failed");
      expect(world.times("try")).toBe(3);
    },
  },
  {
    name: "a deadline keeps its time over a crash",
    stories: () => ({ w: story(async ({ waitFor }) => ({ got: await waitFor("x", { timeout: "60m" }) })) }),
    async play(c) {
      const run = await c.start("w");
      await c.pass(40 * minute);
      await c.restart();
      await c.pass(15 * minute);
      expect((await c.look(run)).status).toBe("waiting");
      await c.pass(10 * minute);
      expect((await c.result(run)).output).toEqual({ got: null });
    },
  },
  {
    name: "a deadline that went by while nobody was there is over at once",
    stories: () => ({ w: story(async ({ sleep }) => sleep("nap", "10m")) }),
    async play(c) {
      const run = await c.start("w");
      await c.settle();
      await c.restart({});
      await c.pass(30 * minute);
      expect((await c.look(run)).status).toBe("waiting");
      await c.restart({ w: story(async ({ sleep }) => sleep("nap", "10m")) });
      expect((await c.look(run)).status).toBe("done");
    },
  },
  {
    name: "a step inserted before a parked wait is done after the restart, and the wait still holds",
    stories: (world) => ({
      w: story(async ({ step, waitFor }) => {
        await step("a", () => world.did("a"));
        return waitFor("x");
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.restart({
        w: story(async ({ step, waitFor }) => {
          await step("a", () => world.did("a"));
          await step("inserted", () => world.did("inserted"));
          return waitFor("x");
        }),
      });
      await c.signal(run, "x", "word");
      expect((await c.result(run)).output).toBe("word");
      expect(world.done).toEqual(["a", "inserted"]);
    },
  },
  {
    name: "a run goes on with the version that it began with, new runs begin with the new one",
    stories: () => ({ w: story(async ({ waitFor }) => `old ${String(await waitFor("x"))}`) }),
    async play(c) {
      const old = await c.start("w");
      await c.settle();
      const first = story(async ({ waitFor }) => `old ${String(await waitFor("x"))}`);
      await c.restart({
        w: story(async ({ waitFor }) => `new ${String(await waitFor("x"))}`, { version: 2, older: [first] }),
      });
      const fresh = await c.start("w");
      await c.settle();
      for (const run of [old, fresh]) await c.signal(run, "x", 1);
      expect((await c.result(old)).output).toBe("old 1");
      expect((await c.result(fresh)).output).toBe("new 1");
    },
  },
  {
    name: "a run whose version is gone is not touched, says why, and goes on when it is back",
    stories: (world) => ({
      w: story(async ({ step, waitFor }) => {
        await step("a", () => world.did("a"), { undo: () => world.did("undo a") });
        return waitFor("x");
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.restart({
        w: story(async ({ step }) => step("other", () => world.did("other")), { version: 2 }),
      });
      await c.signal(run, "x", "kept");
      await c.settle();
      const seen = await c.look(run);
      expect(seen.status).toBe("waiting");
      expect(seen.waitsFor).toContain("version 1 of w");
      expect(seen.steps).toEqual({ a: "done", "wait:x": "waiting" });
      await c.restart({
        w: story(async ({ step, waitFor }) => {
          await step("a", () => world.did("a"));
          return waitFor("x");
        }),
      });
      expect((await c.result(run)).output).toBe("kept");
      expect(world.done).toEqual(["a"]);
    },
  },
  {
    name: "another kind of call under a recorded name stops the run where it is, and says why",
    stories: (world) => ({
      w: story(async ({ step, waitFor }) => {
        await step("a", () => world.did("a"), { undo: () => world.did("undo a") });
        return waitFor("x");
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.restart({
        w: story(async ({ sleep, step }) => {
          await sleep("a", "1s");
          await step("b", () => world.did("b"));
        }),
      });
      await c.signal(run, "x", 1);
      await c.pass(5000);
      const seen = await c.look(run);
      expect(seen.status).toBe("waiting");
      expect(seen.waitsFor).toContain('a step named "a"');
      expect(seen.steps).toEqual({ a: "done", "wait:x": "waiting" });
      expect(world.done).toEqual(["a"]);
    },
  },
  {
    name: "a transaction that is recorded is not made again",
    stories: (world, rows) => ({
      w: story(async ({ tx, step }) => {
        const paid = await tx("pay", () => (rows().add("paid"), { amount: 12 }));
        await step("after", async () => {
          world.did("after");
          if (world.times("after") === 1) await world.gate("never").opened;
        });
        return paid;
      }),
    }),
    async play(c) {
      const run = await c.start("w");
      await c.settle();
      await c.restart();
      expect((await c.result(run)).output).toEqual({ amount: 12 });
      expect(c.rows.all()).toEqual(["paid"]);
    },
  },
  {
    name: "a crash while taking back goes on taking back, and repeats only the undo that was under way",
    stories: (world) => ({
      w: story(async ({ step }) => {
        for (const name of ["a", "b", "c"])
          await step(name, () => name, {
            undo: async () => {
              world.did(`undo ${name}`);
              if (name === "b" && world.times("undo b") === 1) await world.gate("never").opened;
            },
          });
        throw new Error("badly");
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.restart();
      expect((await c.result(run)).status).toBe("undone");
      expect(world.done).toEqual(["undo c", "undo b", "undo b", "undo a"]);
    },
  },
];
