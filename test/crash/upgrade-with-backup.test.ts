/** An upgrade of an app that has a repository: a backup first, and its data back when it goes wrong. */
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import upgradeAgreed from "../../workflows/upgrade-agreed.ts";
import upgrade from "../../workflows/upgrade.ts";
import restoreData from "../../workflows/restore-data.ts";
import takeBackup from "../../workflows/take-backup.ts";
import { workflow, type AnyWorkflow } from "../../src/workflow/define.ts";
import { cancelled, isCalm } from "./endings.ts";
import {
  crashEverywhere,
  lineOf,
  patienceMs,
  type Expected,
  type Scenario,
  type Variant,
} from "./harness.ts";
import {
  after,
  done,
  failed,
  first,
  saw,
  see,
  takenBack,
  tradesOf,
  untouched,
  upgraded,
  worldOf,
  type Safe,
  type Seen,
  type SeenApp,
  type World,
} from "./upgrades-world.ts";

interface Whole {
  take(app: string, run: string): Promise<unknown>;
  putBack(app: string, backup: string): Promise<void>;
}

/** Taking and putting back have crash tests of their own: here each is one step, in the place of the real story. */
const whole = (trades: { backups: unknown }): Whole => trades.backups as Whole;
const taken = workflow({
  input: z.strictObject({ app: z.string(), cause: z.literal("upgrade") }),
  run: ({ step, run, backups }, { app }) => step("take", () => whole({ backups }).take(app, run.id)),
});
const back = workflow({
  input: z.strictObject({ app: z.string(), backup: z.string(), within: z.string() }),
  run: ({ step, backups }, { app, backup }) =>
    step("put back", () => whole({ backups }).putBack(app, backup)),
});
const others = {
  "take-backup": standingFor(takeBackup, taken),
  "restore-data": standingFor(restoreData, back),
};

/** The story that its parent names, told in another way until this file has ended. */
function standingFor(named: AnyWorkflow, told: AnyWorkflow): AnyWorkflow {
  const { input, run } = named;
  afterAll(() => void Object.assign(named, { input, run }));
  return Object.assign(named, { input: told.input, run: told.run });
}

const safe = (more: Partial<Safe> = {}): Safe => ({
  dataBack: "always",
  data: new Map(),
  taken: new Map(),
  ...more,
});
const world = (app: SeenApp, data: string): Seen => ({ ...saw(app), data });
const declined = (seen: Seen): Expected => ({ status: "failed", problem: "approval-declined", world: seen });
const carriedOut = [
  "record",
  "deploy",
  "watch",
  "look from outside",
  "write down how it went",
  "look whether the data goes back",
  "put the program back",
];
const before = world(untouched, "as before");
const everything = [untouched, takenBack, failed, upgraded].flatMap((app) =>
  ["as before", "half migrated"].map((data) => world(app, data)),
);
const undone = (problem: string, ...seen: Seen[]): Expected[] =>
  seen.map((one) => ({ status: "undone", problem, world: one }));

/** One step of the upgrade itself has failed: the data goes back as the policy says, and what cannot be done is said. */
function broken({ step, when }: { step: string; when: string }, data: string): Expected[] {
  const migrated = world(failed, "half migrated");
  switch (step) {
    case "record":
      return undone("injected", world(when === "before" ? untouched : takenBack, "as before"));
    // Nothing was written, so there is nothing to take back.
    case "deploy":
      return when === "before"
        ? undone("injected", world(takenBack, "as before"))
        : undone("upgrade-taken-back", world(takenBack, "as before"));
    case "watch":
      return undone("upgrade-taken-back", world(takenBack, when === "before" ? "as before" : data));
    case "look whether the data goes back":
      return undone("injected", migrated);
    case "put the program back":
      return undone("upgrade-not-back", migrated);
    default:
      return undone("upgrade-taken-back", world(takenBack, data), world(failed, data));
  }
}

/** Calm as given; a cancel may leave data to be put back by hand, and never the newer program. */
function ways(ended: Expected, fails: boolean, data = "as before") {
  return (variant: Variant): Expected | Expected[] => {
    if (isCalm(variant)) return ended;
    if (variant.kind === "declined") {
      return variant.step === "approval"
        ? declined(before)
        : { status: "undone", problem: "upgrade-taken-back", world: world(failed, "half migrated") };
    }
    if (variant.kind === "fails")
      return carriedOut.includes(variant.step)
        ? broken(variant, data)
        : { status: "failed", problem: "injected", world: before };
    const safely = everything.filter(({ a }) => (fails ? a.runs !== after : true));
    return [...cancelled(...safely), ended];
  };
}

const takenBackWith = (data: string): Expected => ({
  status: "undone",
  problem: "upgrade-taken-back",
  world: world(failed, data),
});

const stories: (Pick<Scenario<World>, "name" | "expect" | "world"> & Partial<Scenario<World>>)[] = [
  {
    name: "an upgrade after a backup",
    world: (db) => worldOf(db, { safe: safe() }),
    expect: ways(done(world(upgraded, "as before")), false),
  },
  {
    name: "an upgrade that spoils its data, which goes back by itself",
    world: (db) => worldOf(db, { fails: first, safe: safe() }),
    expect: ways(takenBackWith("as before"), true),
  },
  {
    name: "an upgrade that spoils its data, about which people are asked",
    world: (db) => worldOf(db, { fails: first, safe: safe({ dataBack: "ask" }) }),
    expect: ways(takenBackWith("as before"), true),
  },
  {
    name: "an upgrade that spoils its data, which never goes back",
    world: (db) => worldOf(db, { fails: first, safe: safe({ dataBack: "never" }) }),
    expect: ways(takenBackWith("half migrated"), true, "half migrated"),
  },
  {
    name: "an upgrade by policy while the repository is away",
    workflow: upgradeAgreed,
    input: { app: first, to: after, because: { policy: "patch" } },
    world: (db) => worldOf(db, { safe: safe({ isAway: true }) }),
    expect: (variant) => {
      const ended: Expected = { status: "failed", problem: "upgrade-without-backup", world: before };
      if (isCalm(variant)) return ended;
      if (variant.kind === "fails") return { status: "failed", problem: "injected", world: before };
      return [...cancelled(before), ended];
    },
  },
];

test.for(stories)("$name survives a power cut at every point", { timeout: patienceMs }, async (story) => {
  const report = await crashEverywhere({
    ...{ workflow: upgrade, input: { app: first }, others, trades: tradesOf, see, thin: 11 },
    ...story,
  });
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(20);
});
