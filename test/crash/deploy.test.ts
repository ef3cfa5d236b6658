/**
 * Deploys of an app: the first one, an upgrade, one that is rolled back; whatever fails, wherever the power
 * goes.
 */
import { expect, test } from "vitest";
import deploy from "../../workflows/deploy.ts";
import { app, cancelledWays, see, tradesOf, worldOf, type AppsWorld, type Seen } from "./apps-world.ts";
import { isCalm } from "./endings.ts";
import {
  crashEverywhere,
  lineOf,
  patienceMs,
  type Expected,
  type Scenario,
  type Variant,
} from "./harness.ts";

const to = "1.1.0+1.1";
const created = "ana app.created";
const deployed = "ana app.deployed";

/** What is only looked at. */
const beforeAnything = [
  ...["plan", "look whether it is backed up", "check the plan", "look how it is backed up"],
];

interface Case {
  name: string;
  /** What ran before. */
  runs: boolean;
  healthy: boolean;
}

function scenario({ name, runs, healthy }: Case): Scenario<AppsWorld> {
  const untouched: Seen = {
    runs: runs ? { app: "1.0.0+1.0" } : {},
    secrets: runs ? 2 : 0,
    volumes: runs ? 1 : 0,
    pinned: "1.0.0+1.0",
    history: [],
    audit: [created],
  };
  // Secrets and volumes that were made stay when a deploy is taken back: they hold nothing yet or everything.
  const back = (history: string, secrets = 2, volumes = 1): Seen => ({
    ...untouched,
    secrets,
    volumes,
    history: [history],
    audit: [created, deployed],
  });
  const good: Expected = {
    status: "done",
    world: {
      runs: { app: to, db: null },
      secrets: 2,
      volumes: 1,
      pinned: to,
      history: [`${to} converged`],
      audit: [created, deployed],
    },
  };
  const bad: Expected = { status: "undone", problem: "deploy-rolled-back", world: back(`${to} rolled back`) };
  const ended = healthy ? good : bad;

  /** Where each failing step leaves the world. */
  const failed = (step: string, when: "before" | "half-way"): Expected => {
    if (beforeAnything.includes(step)) return { status: "failed", problem: "injected", world: untouched };
    const undone = (world: Seen): Expected => ({ status: "undone", problem: "injected", world });
    const restored = `${to} restored`;
    const nothingSent = back(restored, untouched.secrets, untouched.volumes);
    if (step === "record") {
      return undone(when === "before" ? untouched : nothingSent);
    }
    if (step === "deploy") return undone(when === "before" ? nothingSent : back(restored));
    // Neither the watch nor the writing down got as far as a verdict.
    return undone(back(restored));
  };
  const expected = (variant: Variant): Expected | Expected[] => {
    if (isCalm(variant)) return ended;
    if (variant.kind === "declined")
      return { status: "failed", problem: "approval-declined", world: untouched };
    if (variant.kind === "fails") return failed(variant.step, variant.when);
    const restored = `${to} restored`;
    const ways = [untouched, back(restored, untouched.secrets, untouched.volumes), back(restored)];
    // Cancelled after the verdict was written down, while it was taken back.
    return cancelledWays(healthy ? ways : [...ways, back(`${to} rolled back`)], ended);
  };
  return {
    name,
    workflow: deploy,
    input: { app, version: to },
    world: (db) => {
      const world = worldOf(db, { runs });
      if (!healthy) world.swarm.verdict = { outcome: "rolled back", reason: "app crashed twice", seconds: 9 };
      return world;
    },
    trades: tradesOf,
    see,
    expect: expected,
  };
}

const cases: Case[] = [
  { name: "deploy for the first time", runs: false, healthy: true },
  { name: "deploy a newer version", runs: true, healthy: true },
  { name: "deploy what does not come up", runs: true, healthy: false },
];

test.for(cases)(
  "$name survives a power cut at every point, whatever fails",
  { timeout: patienceMs },
  async (one) => {
    const report = await crashEverywhere(scenario(one));
    console.log(lineOf(report));
    expect(report.violations).toEqual([]);
    expect(report.cuts).toBeGreaterThan(50);
  },
);
