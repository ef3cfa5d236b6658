import { expect } from "vitest";
import { problem } from "../../../src/core/problem.ts";
import { Passing } from "./contestant.ts";
import { story, type Case } from "./suite.ts";

export const stepCases: Case[] = [
  {
    name: "a step that fails twice is tried again after growing waits, then works",
    stories: (world) => ({
      w: story(async ({ step, now }) => {
        const begun = await now();
        await step(
          "flaky",
          ({ attempt }) => {
            world.did(`try ${attempt}`);
            if (attempt < 3) throw new Passing("not yet");
            return "ok";
          },
          { retries: 5, backoff: "100ms" },
        );
        return { ms: (await now()) - begun };
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.pass(2000);
      const { status, output } = await c.result(run);
      expect(status).toBe("done");
      expect(world.done).toEqual(["try 1", "try 2", "try 3"]);
      // 100 ms, then 200 ms.
      expect((output as { ms: number }).ms).toBeGreaterThanOrEqual(300);
    },
  },
  {
    name: "a step that gives up throws a problem that the story can catch, and compensate in a step",
    stories: (world) => ({
      w: story(async ({ step }) => {
        try {
          await step(
            "bad",
            () => {
              world.did("bad");
              throw new Passing("broken");
            },
            { retries: 1, backoff: "50ms" },
          );
          return "not reached";
        } catch (thrown) {
          await step("compensate", () => world.did("compensated"));
          return (thrown as Error).message;
        }
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.pass(1000);
      const { output } = await c.result(run);
      expect(output).toBe('The step "bad" did not work: broken.');
      expect(world.done).toEqual(["bad", "bad", "compensated"]);
    },
  },
  {
    name: "three branches run side by side",
    stories: (world) => ({
      w: story(async ({ step, all }) =>
        all(
          ["a", "b", "c"].map(
            (name) => () =>
              step(name, async () => {
                world.did(name);
                // Nobody passes before all three are here: one after the other would never end.
                if (world.done.length === 3) world.gate("all here").open();
                await world.gate("all here").opened;
                return name;
              }),
          ),
        ),
      ),
    }),
    async play(c) {
      const run = await c.start("w");
      await c.settle();
      expect((await c.result(run)).output).toEqual(["a", "b", "c"]);
    },
  },
  {
    name: "all waits for every branch before it throws the failure of one",
    stories: (world) => ({
      w: story(async ({ step, all }) => {
        try {
          await all([
            () =>
              step(
                "fails",
                () => {
                  throw new Passing("first");
                },
                { retries: 0 },
              ),
            async () => {
              await step("slow", () => world.gate("slow").opened);
              await step("after slow", () => world.did("after slow"));
            },
          ]);
        } catch (thrown) {
          world.did("caught");
          return (thrown as Error).message;
        }
        return "not reached";
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      expect(world.done).toEqual([]);
      world.gate("slow").open();
      expect((await c.result(run)).output).toContain("first");
      expect(world.done).toEqual(["after slow", "caught"]);
    },
  },
  {
    name: "a problem is terminal: never tried again, and the run ends with it",
    stories: (world) => ({
      w: story(async ({ step }) =>
        step("refused", () => {
          world.did("tried");
          throw imageUnknown({});
        }),
      ),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.pass(60_000);
      const { status, problem } = await c.result(run);
      expect(status).toBe("failed");
      expect(problem).toEqual({
        code: "image-unknown",
        happened: "No such image.",
        means: "Nothing runs.",
        remedy: "Name another.",
      });
      expect(world.done).toEqual(["tried"]);
    },
  },
  {
    name: "a result that is no JSON ends the step, and says so",
    stories: () => ({ w: story(async ({ step }) => step("count", () => 10n)) }),
    async play(c) {
      const { status, problem } = await c.result(await c.start("w"));
      expect(status).toBe("failed");
      expect(problem?.code).toBe("step-result-unfit");
    },
  },
  {
    name: "a step that takes longer than its timeout is told so and tried again",
    stories: (world) => ({
      w: story(async ({ step }) =>
        step(
          "slow",
          async ({ attempt, signal }) => {
            if (attempt > 1) return `worked at try ${attempt}`;
            await new Promise((_, stopped) =>
              signal.addEventListener("abort", () => {
                world.did("told to stop");
                stopped(new Error("stopped"));
              }),
            );
            return "not reached";
          },
          { timeout: "1s", backoff: "100ms" },
        ),
      ),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.pass(4000);
      expect((await c.result(run)).output).toBe("worked at try 2");
      expect(world.done).toEqual(["told to stop"]);
    },
  },
  {
    name: "a result is JSON the first time already",
    stories: () => ({
      w: story(async ({ step }) => {
        const value = await step("date", () => ({ at: new Date(0), gone: undefined }));
        return [typeof value.at, "gone" in value];
      }),
    }),
    async play(c) {
      expect((await c.result(await c.start("w"))).output).toEqual(["string", false]);
    },
  },
  {
    name: "what was done or half-done is taken back in reverse order, and the run is undone",
    stories: (world) => ({
      w: story(async ({ step }) => {
        await step("a", () => "A", { undo: (value) => world.did(`undo a ${value ?? "?"}`) });
        await step("b", () => "B", { undo: (value) => world.did(`undo b ${value ?? "?"}`) });
        await step("no undo", () => "C");
        await step(
          "half",
          () => {
            world.did("half");
            throw new Passing("cut short");
          },
          { retries: 0, undo: (value) => world.did(`undo half ${String(value)}`) },
        );
      }),
    }),
    async play(c, world) {
      const { status, problem } = await c.result(await c.start("w"));
      expect(status).toBe("undone");
      expect(problem?.code).toBe("step-failed");
      expect(world.done).toEqual(["half", "undo half undefined", "undo b B", "undo a A"]);
    },
  },
  {
    name: "an undo is tried again like a step; when it does not work the others still run and the run has failed",
    stories: (world) => ({
      w: story(async ({ step }) => {
        await step("a", () => "A", { undo: () => world.did("undo a") });
        await step("b", () => "B", {
          retries: 2,
          backoff: "10ms",
          undo: (_, { attempt }) => {
            world.did(`undo b ${attempt}`);
            throw new Passing("stuck");
          },
        });
        await step("c", () => "C", {
          backoff: "10ms",
          undo: (_, { attempt }) => {
            if (attempt === 1) throw new Passing("once");
            world.did("undo c");
          },
        });
        throw new Error("the story ends badly");
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.pass(1000);
      const { status, problem } = await c.result(run);
      expect(world.done).toEqual(["undo c", "undo b 1", "undo b 2", "undo b 3", "undo a"]);
      expect(status).toBe("failed");
      expect(problem?.code).toBe("undo-failed");
      expect(problem?.means).toContain('"b"');
      expect(problem?.happened).toContain("the story ends badly");
    },
  },
  {
    name: "a transaction is there once with its record, and not at all when it throws",
    stories: (_, rows) => ({
      w: story(async ({ tx }) => {
        await tx("pay", () => rows().add("paid"));
        try {
          let tries = 0;
          await tx("half", () => {
            rows().add(`half ${++tries}`);
            throw new TypeError("after the row");
          });
        } catch {
          await tx("told", () => rows().add("told"));
        }
      }),
    }),
    async play(c) {
      const run = await c.start("w");
      await c.pass(60_000);
      expect((await c.result(run)).status).toBe("done");
      expect(c.rows.all()).toEqual(["paid", "told"]);
    },
  },
];

const imageUnknown = problem(
  "image-unknown",
  () => ({ happened: "No such image.", means: "Nothing runs.", remedy: "Name another." }),
  {},
);
