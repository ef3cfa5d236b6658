import { expect } from "vitest";
import { story, type Case } from "./suite.ts";

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, stopped) => {
    signal.addEventListener("abort", () => stopped(new Error("aborted")));
  });

export const cancelCases: Case[] = [
  {
    name: "cancel during a step: its signal is aborted, then the clean-up step runs with a fresh one",
    stories: (world) => ({
      w: story(async ({ step }) => {
        try {
          await step("long", async ({ signal }) => {
            world.did("long");
            await untilAborted(signal).catch((thrown: unknown) => {
              world.did("aborted");
              throw thrown;
            });
          });
          await step("next", () => world.did("next"));
        } catch (thrown) {
          await step("clean up", ({ signal }) =>
            world.did(`clean up ${signal.aborted ? "aborted" : "fresh"}`),
          );
          throw thrown;
        }
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.cancel(run, "wrong app");
      const { status, problem } = await c.result(run);
      expect(world.done).toEqual(["long", "aborted", "clean up fresh"]);
      expect(status).toBe("cancelled");
      expect(problem?.code).toBe("run-cancelled");
      expect(problem?.happened).toContain("wrong app");
    },
  },
  {
    name: "cancel right after the start: a step whose record is on its way is not begun, or hears of it",
    stories: () => ({
      w: story(async ({ step }) => step("long", ({ signal }) => untilAborted(signal))),
    }),
    async play(c) {
      const run = await c.start("w");
      await c.cancel(run);
      await c.settle();
      expect((await c.look(run)).status).toBe("cancelled");
    },
  },
  {
    name: "cancel while a failed run is being taken back: the undos go on",
    stories: (world) => ({
      w: story(async ({ step }) => {
        await step("a", () => "A", { undo: () => world.did("undo a") });
        await step("b", () => "B", {
          undo: async (_, { signal }) => {
            await world.gate("undo").opened;
            world.did(`undo b${signal.aborted ? " aborted" : ""}`);
          },
        });
        throw new Error("badly");
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.cancel(run);
      await c.settle();
      world.gate("undo").open();
      expect((await c.result(run)).status).toBe("undone");
      expect(world.done).toEqual(["undo b", "undo a"]);
    },
  },
  {
    name: "cancel while parked: the clean-up step runs",
    stories: (world) => ({
      w: story(async ({ step, waitFor }) => {
        try {
          await waitFor("never");
        } catch (thrown) {
          await step("clean up", () => world.did("clean up"));
          throw thrown;
        }
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.cancel(run);
      expect((await c.result(run)).status).toBe("cancelled");
      expect(world.done).toEqual(["clean up"]);
    },
  },
  {
    name: "cancel is told once: waits and steps of the clean-up are left alone",
    stories: (world) => ({
      w: story(async ({ step, waitFor, sleep }) => {
        try {
          await waitFor("never");
        } catch (thrown) {
          await step("one", () => world.did("one"));
          await sleep("breath", "100ms");
          world.did(String(await waitFor("word")));
          throw thrown;
        }
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.cancel(run);
      await c.cancel(run);
      await c.pass(1000);
      await c.cancel(run);
      await c.signal(run, "word", "go");
      expect((await c.result(run)).status).toBe("cancelled");
      expect(world.done).toEqual(["one", "go"]);
    },
  },
  {
    name: "cancel takes back what was done, last first, and the step that was cut as well",
    stories: (world) => ({
      w: story(async ({ step }) => {
        await step("a", () => "A", { undo: (value) => world.did(`undo a ${value ?? "?"}`) });
        await step("b", async ({ signal }): Promise<string> => untilAborted(signal), {
          undo: (value, { signal }) => world.did(`undo b ${value ?? "?"}${signal.aborted ? " aborted" : ""}`),
        });
        await step("c", () => "C", { undo: () => world.did("undo c") });
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.cancel(run);
      expect((await c.result(run)).status).toBe("cancelled");
      expect(world.done).toEqual(["undo b ?", "undo a A"]);
    },
  },
  {
    name: "cancel reaches every branch that is under way",
    stories: (world) => ({
      w: story(async ({ step, all, waitFor }) => {
        try {
          await all([
            async () => {
              await step("long", ({ signal }) => untilAborted(signal));
              world.did("went on");
            },
            async () => {
              await waitFor("never");
              world.did("went on");
            },
            async () => {
              // Done in spite of the cancel: told at the next call of this branch.
              await step("finishes anyway", () => world.gate("open").opened);
              await step("not any more", () => world.did("went on"));
            },
          ]);
        } catch (thrown) {
          await step("clean up", () => world.did("clean up"));
          throw thrown;
        }
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.cancel(run);
      await c.settle();
      expect(world.done).toEqual([]);
      world.gate("open").open();
      expect((await c.result(run)).status).toBe("cancelled");
      expect(world.done).toEqual(["clean up"]);
    },
  },
  {
    name: "cancel between two tries: no further try",
    stories: (world) => ({
      w: story(async ({ step }) =>
        step(
          "flaky",
          () => {
            world.did("try");
            throw new Error("not yet");
          },
          { backoff: "10s", undo: () => world.did("undo") },
        ),
      ),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.cancel(run);
      await c.pass(60_000);
      expect((await c.result(run)).status).toBe("cancelled");
      expect(world.done).toEqual(["try", "undo"]);
    },
  },
  {
    name: "cancel reaches the child, and the parent is told when the child has cleaned up",
    stories: (world) => {
      const inner = story(async ({ waitFor, step }) => {
        try {
          await waitFor("never");
        } catch (thrown) {
          await step("clean up", () => world.did("child cleans up"));
          throw thrown;
        }
      });
      return {
        inner,
        w: story(async ({ child, step }) => {
          try {
            await child("part", inner, null);
          } catch (thrown) {
            await step("clean up", () => world.did("parent cleans up"));
            throw thrown;
          }
        }),
      };
    },
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.cancel(run);
      expect((await c.result(run)).status).toBe("cancelled");
      expect(world.done).toEqual(["child cleans up", "parent cleans up"]);
    },
  },
  {
    name: "a crash in the clean-up goes on with the clean-up",
    stories: (world) => ({
      w: story(async ({ step, waitFor }) => {
        try {
          await step("before", () => world.did("before"));
          await waitFor("never");
        } catch (thrown) {
          world.did((thrown as Error).message);
          await step("first", () => world.did("first"));
          await step("second", async () => {
            world.did("second");
            if (world.times("second") === 1) await world.gate("never").opened;
          });
          throw thrown;
        }
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.cancel(run, "no more");
      await c.settle();
      await c.restart();
      expect((await c.result(run)).status).toBe("cancelled");
      const told = "bo cancelled the run: no more.";
      expect(world.done).toEqual(["before", told, "first", "second", told, "second"]);
    },
  },
  {
    name: "a crash between a cancel and its telling: it is told after the restart",
    stories: (world) => ({
      w: story(async ({ step }) => {
        await step("stubborn", () => (world.did("stubborn"), world.gate("never").opened), {
          undo: () => world.did("undo stubborn"),
          // A step that can be taken back is recorded all the same: it must be known to have been begun.
          record: false,
        });
        await step("next", () => world.did("next"));
      }),
    }),
    async play(c, world) {
      const run = await c.start("w");
      await c.settle();
      await c.cancel(run);
      await c.settle();
      await c.restart();
      expect((await c.result(run)).status).toBe("cancelled");
      expect(world.done).toEqual(["stubborn", "undo stubborn"]);
    },
  },
];
