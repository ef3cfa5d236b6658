/**
 * Three workflows to prove the harness and the engine on: what a deploy, a purchase and a tour of the tools
 * look like.
 */
import { z } from "zod";
import { problem } from "../../src/core/problem.ts";
import type { Db } from "../../src/db/index.ts";
import { say } from "../../src/chat/message.ts";
import { workflow, type StepContext, type Tools } from "../../src/workflow/index.ts";
import type { Expected, Scenario, Variant } from "./harness.ts";

const unhealthy = problem(
  "unhealthy",
  () => ({ happened: "It is not healthy.", means: "It was taken back.", remedy: "Look at its log." }),
  {},
);

/** A swarm with one service, whose spec is set and set back. */
export interface Swarm {
  spec: string;
  /** How often it was really changed. */
  writes: number;
}

interface DeployTools {
  swarm: {
    plan: () => { before: string; after: string };
    set: (spec: string) => void;
    healthy: () => boolean;
  };
  rows: { add: (text: string) => void };
}

export const deploy = workflow({
  input: z.object({ to: z.string() }),
  lock: () => "app notes.example.coop",
  async run(tools, { to }) {
    const { step, tx, approval, swarm, rows } = tools as unknown as Tools & DeployTools;
    const plan = await step("plan", () => ({ ...swarm.plan(), after: to }));
    await approval({
      ask: say(`Deploy ${to}?`),
      from: "maintainer",
      weight: "ordinary",
      binds: to,
      subject: "notes.example.coop",
    });
    await tx("note the beginning", () => rows.add(`deploy of ${to} begun`));
    await step("apply", () => swarm.set(plan.after), { undo: () => swarm.set(plan.before) });
    await step("watch", () => {
      if (!swarm.healthy()) throw unhealthy({});
    });
    await tx("note the end", () => rows.add(`deploy of ${to} converged`));
    return say(`It runs ${to}.`);
  },
});

export function deployScenario(healthy: boolean): Scenario<Swarm> {
  const begun = "deploy of v2 begun";
  const old = (rows: string[]) => ({ spec: "v1", rows });
  const expect = (variant: Variant): Expected | Expected[] => {
    const good = { status: "done" as const, world: { spec: "v2", rows: [begun, "deploy of v2 converged"] } };
    const bad = { status: "undone" as const, problem: "unhealthy", world: old([begun]) };
    const ended = healthy ? good : bad;
    if (variant.kind === "calm" || variant.kind === "stumbles") return ended;
    if (variant.kind === "declined")
      return { status: "failed", problem: "approval-declined", world: old([]) };
    if (variant.kind === "cancelled") {
      const cancelled = { status: "cancelled" as const, problem: "run-cancelled" };
      return [{ ...cancelled, world: old([]) }, { ...cancelled, world: old([begun]) }, ended];
    }
    const nothingDone = variant.step === "plan" || variant.step === "note the beginning";
    return {
      status: nothingDone ? "failed" : "undone",
      // Where the step before it fails anyway, this one is never reached.
      problem: !healthy && variant.step === "watch" && variant.when === "half-way" ? "unhealthy" : "injected",
      world: old(nothingDone ? [] : [begun]),
    };
  };
  return {
    name: healthy ? "deploy" : "deploy of something unhealthy",
    workflow: deploy,
    input: { to: "v2" },
    world: (db) => {
      rowsOf(db);
      return { spec: "v1", writes: 0 };
    },
    trades: (swarm, db) => ({
      swarm: {
        plan: () => ({ before: "v1" }),
        set: (spec: string) => {
          if (swarm.spec !== spec) swarm.writes++;
          swarm.spec = spec;
        },
        healthy: () => healthy || swarm.spec === "v1",
      },
      rows: rowsOf(db),
    }),
    see: (swarm, db) => ({ spec: swarm.spec, rows: rowsOf(db).all() }),
    expect,
  };
}

/** A provider that makes a new server for each new key, and the same one for a known key. */
export interface Provider {
  servers: Map<string, string>;
  made: number;
}

interface ProviderTools {
  provider: {
    create: (name: string, context: StepContext) => { id: string };
    remove: (key: string) => void;
  };
}

export const provision = workflow({
  input: z.object({ names: z.array(z.string()) }),
  async run(tools, { names }) {
    const { step, all, run, provider } = tools as unknown as Tools & ProviderTools;
    const servers = await all(
      names.map(
        (name) => () =>
          step(`create ${name}`, async (context) => Promise.resolve(provider.create(name, context)), {
            // Half-way the result is not known, but the key is.
            undo: () => provider.remove(`${run.id}/create ${name}`),
          }),
      ),
    );
    await step("join them", () => servers.length);
    return servers.length;
  },
});

export function provisionScenario(): Scenario<Provider> {
  return {
    name: "provision",
    workflow: provision,
    input: { names: ["a", "b"] },
    world: () => ({ servers: new Map(), made: 0 }),
    trades: (world) => ({
      provider: {
        create(name: string, { key }: StepContext) {
          if (!world.servers.has(key)) world.servers.set(key, name);
          return { id: `server-${name}` };
        },
        remove: (key: string) => world.servers.delete(key),
      },
    }),
    see: ({ servers }) => [...servers.values()].sort(),
    expect(variant) {
      const done = { status: "done" as const, world: ["a", "b"] };
      if (variant.kind === "calm" || variant.kind === "stumbles") return done;
      if (variant.kind === "cancelled") return [{ status: "cancelled", world: [] }, done];
      return { status: "undone", problem: "injected", world: [] };
    },
  };
}

const part = workflow({
  input: z.object({ n: z.number() }),
  async run({ step, waitFor }, { n }) {
    const word = await waitFor<string>("never", { timeout: "2h" });
    return step("double", () => ({ n: n * 2, word }));
  },
});

/** Every tool once: child, sleep, wait, any, now, transaction, retry. */
export const tour = workflow({
  input: z.object({ n: z.number() }),
  async run(tools, { n }) {
    const { step, tx, child, sleep, waitFor, any, now, rows } = tools as unknown as Tools & DeployTools;
    const begun = await now();
    const first = await waitFor<string>("word");
    const made = await child("part", part, { n });
    await sleep("night", "30d");
    const second = await waitFor<string>("word");
    const choice = await any(["yes", "no"], { timeout: "1d" });
    await step("flaky", ({ attempt }) => (attempt === 1 ? Promise.reject(new Error("once")) : attempt));
    await tx("note", () => rows.add(`${first} ${second} ${choice?.topic ?? "nothing"} ${made.n}`));
    return (await now()) - begun >= 30 * 86_400_000;
  },
});

export function tourScenario(): Scenario<null> {
  return {
    name: "tour",
    workflow: tour,
    others: { part },
    input: { n: 21 },
    says: { word: ["good", "morning"], no: ["thanks"] },
    world: (db) => (rowsOf(db), null),
    trades: (_, db) => ({ rows: rowsOf(db) }),
    see: (_, db) => rowsOf(db).all(),
    expect(variant) {
      const done = { status: "done" as const, world: ["good morning no 42"] };
      if (variant.kind === "calm" || variant.kind === "stumbles") return done;
      const cancelled = { status: "cancelled" as const, problem: "run-cancelled" };
      if (variant.kind === "cancelled")
        return [{ ...cancelled, world: [] }, { ...cancelled, world: done.world }, done];
      return { status: "failed", problem: "injected", world: [] };
    },
  };
}

/** Rows of a trade in the same database. */
export function rowsOf(db: Db): { add: (text: string) => void; all: () => string[] } {
  db.sqlite.exec("create table if not exists trade_row (n integer primary key, text text)");
  const add = db.sqlite.prepare("insert into trade_row (text) values (?)");
  return {
    add: (text) => void add.run(text),
    all: () => db.sqlite.prepare<[], string>("select text from trade_row order by n").pluck().all(),
  };
}
