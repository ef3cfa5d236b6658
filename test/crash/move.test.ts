/** An app moves to another server, with and without its data; whatever fails, it runs whole on one of the two. */
import { expect, test } from "vitest";
import { openApps } from "../../src/apps/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import type { Db } from "../../src/db/index.ts";
import type { Json } from "../../src/core/canonical.ts";
import move from "../../workflows/move.ts";
import { fakeRecipes } from "../apps/fake-recipes.ts";
import { fakeServers, fakeSwarm, type FakeSwarm } from "../apps/fake-swarm.ts";
import { app, cancelledWays, worldOf, type AppsWorld } from "./apps-world.ts";
import { isCalm } from "./endings.ts";
import { crashEverywhere, lineOf, patienceMs, type Expected, type Scenario } from "./harness.ts";

const stack = "notes_example_coop";
const volume = `${stack}_data`;
const recipes = fakeRecipes();

interface Two extends AppsWorld {
  there: FakeSwarm;
}

interface Side {
  runs: string[];
  halted: string[];
  data: string | null;
}

interface Seen {
  server: string;
  here: Side;
  there: Side;
  history: string[];
  audit: string[];
}

function tradesOf({ swarm, there }: Two, db: Db) {
  const clock = new FakeClock();
  const servers = fakeServers(swarm, { "swarm-2": there });
  return { apps: openApps({ db, clock, audit: openAudit(db, clock), recipes, servers }) };
}

function sideOf(swarm: FakeSwarm): Side {
  const services = [...(swarm.running.get(stack) ?? [])];
  const isHalted = (spec: Json): boolean => (spec as { Mode?: string }).Mode === "halted";
  return {
    runs: services.filter(([, spec]) => !isHalted(spec)).map(([name]) => name),
    halted: services.filter(([, spec]) => isHalted(spec)).map(([name]) => name),
    data: swarm.volumes.has(volume) ? (swarm.contents.get(volume) ?? "") : null,
  };
}

function see(world: Two, db: Db): Seen {
  const { apps } = tradesOf(world, db);
  return {
    server: apps.get(app).server,
    here: sideOf(world.swarm),
    there: sideOf(world.there),
    history: apps.history(app).map(({ outcome }) => outcome),
    audit: openAudit(db, new FakeClock())
      .list({ subject: app })
      .map(({ what }) => what)
      .reverse(),
  };
}

function scenario(withoutData: boolean, isHealthy: boolean): Scenario<Two> {
  const old: Side = { runs: ["app"], halted: [], data: "minutes" };
  const none: Side = { runs: [], halted: [], data: null };
  const untouched: Seen = { server: "local", here: old, there: none, history: [], audit: ["app.created"] };
  // The fake makes a volume with the services; it is theirs and goes only with a person.
  const begun: Side = { ...none, data: withoutData ? "" : null };
  const deployed = ["app.created", "app.deployed"];
  const moved: Seen = {
    server: "swarm-2",
    here: { ...none, data: "minutes" },
    there: { runs: ["app", "db"], halted: [], data: withoutData ? "" : "minutes" },
    history: ["converged"],
    audit: [...deployed, "app.moved"],
  };
  const halted: Seen = { ...moved, here: { runs: [], halted: ["app"], data: "minutes" } };
  const back = (outcome: string, sent: boolean, audit = deployed): Seen => ({
    ...untouched,
    there: sent ? begun : none,
    history: [outcome],
    audit,
  });
  const failedThere: Expected = { status: "undone", problem: "move-failed", world: back("failed", true) };
  const ended: Expected = isHealthy ? { status: "done", world: moved } : failedThere;
  const failing = (step: string, when: "before" | "half-way"): Expected => {
    const undone = (world: Seen): Expected => ({ status: "undone", problem: "injected", world });
    switch (step) {
      case "plan":
      case "check the plan":
        return { status: "failed", problem: "injected", world: untouched };
      case "stop it here":
      case "copy its data":
        return undone(untouched);
      case "record":
        return undone(when === "before" ? untouched : back("restored", false));
      case "deploy it there":
        return undone(back("restored", when === "half-way"));
      case "watch":
        return undone(back("restored", true));
      case "write down that it failed":
        return undone(back(when === "before" ? "restored" : "failed", true));
      case "write it down":
        return undone(
          when === "before"
            ? back("restored", true)
            : back("restored", true, [...deployed, "app.moved", "app.moved"]),
        );
      // It has moved, and is told so; what is left on the old server is said.
      default:
        return { status: "done", world: when === "before" ? halted : moved };
    }
  };
  return {
    name: `move ${withoutData ? "without" : "with"} data${isHealthy ? "" : " to where it does not come up"}`,
    workflow: move,
    input: { app, server: "swarm-2", withoutData },
    world: (db) => {
      const world = { ...worldOf(db, { runs: true }), there: fakeSwarm() };
      world.swarm.contents.set(volume, "minutes");
      if (!isHealthy) world.there.verdict = { outcome: "failed", reason: "app crashed twice", seconds: 9 };
      return world;
    },
    trades: tradesOf,
    see,
    answer: (ask) =>
      ask.weight === (withoutData ? "ordinary" : "grave") && ask.subject === app ? "approve" : "decline",
    expect(variant) {
      if (isCalm(variant)) return ended;
      if (variant.kind === "declined")
        return { status: "failed", problem: "approval-declined", world: untouched };
      if (variant.kind === "fails") return failing(variant.step, variant.when);
      const ways = [
        untouched,
        back("restored", false),
        back("restored", true),
        back("failed", true),
        back("restored", true, [...deployed, "app.moved", "app.moved"]),
      ];
      return [...cancelledWays(ways as never, ended), { status: "done", world: halted }];
    },
  };
}

test.for([
  [false, true],
  [true, true],
  [false, false],
] as const)(
  "move (without data: %s, healthy: %s) survives a power cut at every point",
  { timeout: patienceMs },
  async ([withoutData, isHealthy]) => {
    const report = await crashEverywhere(scenario(withoutData, isHealthy));
    console.log(lineOf(report));
    expect(report.violations).toEqual([]);
    expect(report.cuts).toBeGreaterThan(50);
  },
);
