/** The drills of a month: whatever fails, wherever the power goes, each is told once, and nothing of them stays. */
import { expect, test } from "vitest";
import type { Db } from "../../src/db/index.ts";
import drill from "../../workflows/drill.ts";
import drillMonthly from "../../workflows/drill-monthly.ts";
import drillTrial from "../../workflows/drill-trial.ts";
import {
  app,
  see as seeBackups,
  tradesOf as backupsOf,
  untouched as backupsUntouched,
  worldOf,
  type BackupsWorld,
  type Seen as SeenBackups,
} from "./backups-world.ts";
import { cancelled, done, failed, isCalm } from "./endings.ts";
import { crashEverywhere, lineOf, type Scenario } from "./harness.ts";

/** `said`: what the room for notices was told of, and whether it rang. */
type Seen = SeenBackups & { said: string[] };

function tradesOf(world: BackupsWorld, db: Db) {
  // Twice is a failure: a row of the same words is there already.
  const say = db.sqlite.prepare("insert into harness_said values (?)");
  const { backups, ...others } = backupsOf(world, db);
  return {
    ...others,
    backups: {
      ...backups,
      drillsDue: () => [{ app, backup: "bakor" }],
      tellRoom: (_key: string, _message: unknown, { rings = false } = {}) =>
        void say.run(`${app}${rings ? ", loudly" : ""}`),
    },
  };
}

const see = (world: BackupsWorld, db: Db): Seen => ({
  ...seeBackups(world, db),
  said: db.sqlite.prepare<[], string>("select line from harness_said").pluck().all(),
});

const untouched: Seen = { ...backupsUntouched, said: [] };
const drilled = (outcome: string, said: string[] = []): Seen => ({
  ...untouched,
  ...{ drills: [outcome], audit: [`app.restore-tried ${app}`], said },
});

function story(isFit: boolean): Scenario<BackupsWorld> {
  const outcome = isFit ? "passed" : "failed";
  const told = drilled(outcome, [isFit ? app : `${app}, loudly`]);
  return {
    name: `drill-monthly${isFit ? "" : " where it does not work"}`,
    workflow: drillMonthly,
    others: { drill, "drill-trial": drillTrial },
    input: {},
    // What it is made of has scenarios of its own.
    thin: 6,
    world(db) {
      db.sqlite.exec(
        "create table if not exists harness_said (line text primary key); delete from harness_said",
      );
      return { ...worldOf(), unfit: isFit ? [] : ["old"] };
    },
    ...{ trades: tradesOf, see },
    expect(variant) {
      if (isCalm(variant)) return done(told);
      if (variant.kind === "fails")
        return failed(variant.step === "look whose turn it is" ? untouched : drilled(outcome));
      return [...cancelled(untouched, drilled("cancelled"), drilled(outcome), told), done(told)];
    },
  };
}

test.for([true, false])("the drills of a month (works: %s) survive a cut at every point", async (isFit) => {
  const report = await crashEverywhere(story(isFit));
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(50);
});
