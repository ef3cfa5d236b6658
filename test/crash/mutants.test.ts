/**
 * The harness must catch what is broken on purpose: stories that are unsafe to repeat, engines that keep bad
 * books.
 */
import { expect, test } from "vitest";
import type { Db } from "../../src/db/index.ts";
import {
  openEngine,
  workflow,
  type Engine,
  type EngineOptions,
  type Tools,
} from "../../src/workflow/index.ts";
import { z } from "zod";
import { crashEverywhere, type Scenario } from "./harness.ts";
import { deployScenario, provisionScenario, tourScenario } from "./stories.ts";

/** An engine whose statements are changed on their way into the database. */
function engineWith(mutate: (sql: string) => string) {
  return (options: EngineOptions): Engine => {
    const sqlite = new Proxy(options.db.sqlite, {
      get(target, name) {
        if (name === "prepare") return (sql: string) => target.prepare(mutate(sql));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    const db: Db = { ...options.db, sqlite };
    // A mutant may strand runs on purpose; that is for the harness to see, not for the log.
    return openEngine({ ...options, db });
  };
}

interface Counter {
  n: number;
}

/** One step that adds, with an undo that takes away. */
function counting(work: (world: Counter) => void, undo: (world: Counter) => void): Scenario<Counter> {
  return {
    name: "counting",
    workflow: workflow({
      input: z.null(),
      async run(tools) {
        const { step, world } = tools as unknown as Tools & { world: Counter };
        await step("add", () => work(world), { undo: () => undo(world) });
        await step("after", () => true);
      },
    }),
    input: null,
    world: () => ({ n: 0 }),
    trades: (world) => ({ world }),
    see: ({ n }) => n,
    expect(variant) {
      const done = { status: "done" as const, world: 1 };
      if (variant.kind === "calm" || variant.kind === "stumbles") return done;
      if (variant.kind === "cancelled") return [{ status: "cancelled", world: 0 }, done];
      return { status: "undone", world: 0 };
    },
  };
}

test("the story of the mutants is sound itself", async () => {
  const sound = counting(
    (world) => (world.n = 1),
    (world) => (world.n = 0),
  );
  expect((await crashEverywhere(sound)).violations).toEqual([]);
});

test.for<[string, Scenario<never>]>([
  [
    "an effect that is not safe to repeat",
    counting(
      (world) => world.n++,
      (world) => (world.n = 0),
    ) as never,
  ],
  [
    "an undo that is not safe to repeat",
    counting(
      (world) => (world.n = 1),
      (world) => world.n--,
    ) as never,
  ],
  [
    "a story without its undo",
    counting(
      (world) => (world.n = 1),
      () => undefined,
    ) as never,
  ],
  [
    "an undo that works only when the whole step was done",
    counting(
      (world) => (world.n = 1),
      (world) => {
        if (world.n !== 1) throw new Error("there is nothing to take away");
        world.n = 0;
      },
    ) as never,
  ],
  [
    "a provider that is called without the key",
    {
      ...provisionScenario(),
      trades: (world: { servers: Map<string, string>; made: number }) => ({
        provider: {
          create: (name: string) => {
            world.servers.set(`server ${++world.made}`, name);
            return { id: name };
          },
          remove: (key: string) => world.servers.delete(key),
        },
      }),
    } as never,
  ],
])("caught in a story: %s", async ([, scenario]) => {
  expect((await crashEverywhere(scenario)).violations).not.toEqual([]);
});

test.for<[string, (sql: string) => string, Scenario<never>]>([
  [
    "a message is not marked as taken",
    (sql) => sql.replace("update signal set used = 1 where id", "update signal set used = 0 where id"),
    tourScenario() as never,
  ],
  [
    "a step's end is not recorded",
    (sql) =>
      sql.replace(
        "update step set status = ?,",
        "update step set status = case ? when 'done' then 'running' else 'failed' end,",
      ),
    deployScenario(true) as never,
  ],
  [
    "results are lost",
    (sql) =>
      sql.replace("due_at = ?, output = ?,", "due_at = ?, output = nullif(?, output || 'x') and null,"),
    deployScenario(true) as never,
  ],
  [
    "due times are lost",
    (sql) => sql.replace("due_at as dueAt, output", "null as dueAt, output"),
    tourScenario() as never,
  ],
  [
    "the keys of children are not unique",
    (sql) => sql.replace("select id from run where key = ?", "select id from run where key = ? and 0"),
    tourScenario() as never,
  ],
  [
    "open runs are not found again",
    (sql) =>
      sql.replace("finished_at is null and status = 'running'", "finished_at is null and status = 'failed'"),
    deployScenario(true) as never,
  ],
  [
    "parked runs with messages are not found again",
    (sql) => sql.replace("where used = 0 and finished_at is null and status = 'waiting'", "where 0"),
    deployScenario(true) as never,
  ],
  [
    "a cancel in the inbox is not read again",
    (sql) => sql.replace("topic = '$cancel' limit 1", "topic = '$cancel' and used = 1 limit 1"),
    deployScenario(true) as never,
  ],
])("caught in an engine: %s", async ([, mutate, scenario]) => {
  const report = await crashEverywhere({ ...scenario, openEngine: engineWith(mutate) });
  expect(report.violations).not.toEqual([]);
});
