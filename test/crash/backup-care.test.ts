/** The stories around single backups: whatever fails, wherever the power goes. */
import { expect, test } from "vitest";
import type { Db } from "../../src/db/index.ts";
import backup from "../../workflows/backup.ts";
import backupLate from "../../workflows/backup-late.ts";
import backupNightly from "../../workflows/backup-nightly.ts";
import backupSelf from "../../workflows/backup-self.ts";
import checkRepositories from "../../workflows/check-repositories.ts";
import checkRepository from "../../workflows/check-repository.ts";
import forgetBackup from "../../workflows/forget-backup.ts";
import forgetBackups from "../../workflows/forget-backups.ts";
import takeBackup from "../../workflows/take-backup.ts";
import { isCalm } from "./endings.ts";
import {
  crashEverywhere,
  lineOf,
  patienceMs,
  type Expected,
  type Scenario,
  type Variant,
} from "./harness.ts";
import {
  cancelled,
  done,
  first,
  injected,
  nothing,
  see,
  tradesOf,
  worldOf,
  type Seen,
  type World,
} from "./backup-care-world.ts";

type Story = Pick<Scenario<World>, "name" | "workflow" | "input" | "expect"> &
  Partial<Pick<Scenario<World>, "others" | "world" | "thin">>;

const scenario = (story: Story): Scenario<World> => ({
  world: (db) => worldOf(db),
  trades: tradesOf,
  see,
  ...story,
});

const self: Partial<Seen> = { self: true, care: ["self ok"] };
const forgot: Partial<Seen> = { pruned: true, care: ["forget ok"] };
const checked: Partial<Seen> = { care: ["check ok"] };

/** A story of one piece of work on a repository, whose failure is written down too. */
function oneCare(kind: string, work: string, well: Partial<Seen>, halfWay: Partial<Seen>) {
  return (variant: Variant): Expected | Expected[] => {
    if (isCalm(variant)) return done(well);
    const failed = { care: [`${kind} failed`] };
    if (variant.kind === "fails") {
      if (variant.step === work)
        return injected({ ...failed, ...(variant.when === "half-way" ? halfWay : {}) });
      return injected(variant.step === "write it down" ? halfWay : {});
    }
    return [...cancelled({}, halfWay, well), done(well)];
  };
}

const both: Seen = {
  ...nothing,
  snapshots: ["a", "b"],
  rows: ["a proven", "b proven"],
  self: true,
  pruned: true,
  care: ["forget ok", "self ok"],
  said: ["night"],
};
const onlySecond: Seen = { ...both, snapshots: ["b"], rows: ["b proven"] };

/** Whatever a cancel has left: no snapshot without a proven row, none that nobody would find. */
const anyNight = (variant: Variant, whole: Seen): Expected[] => {
  if (isCalm(variant)) return [done(whole)];
  const apps = whole.rows.map((row) => row.split(" ")[0] ?? "");
  const subsets = apps.reduce<string[][]>((all, app) => [...all, ...all.map((one) => [...one, app])], [[]]);
  const worlds = subsets.flatMap((proven) =>
    apps
      .filter((app) => !proven.includes(app))
      .reduce<string[][]>((all, app) => [...all, ...all.map((one) => [...one, app])], [[]])
      .flatMap((failed) =>
        [
          {},
          { self: true },
          self,
          { ...self, pruned: true },
          { ...self, ...forgot, care: ["forget ok", "self ok"] },
        ].flatMap((more) =>
          [[], ["night"]].map((said) => ({
            ...more,
            snapshots: proven,
            rows: [...proven.map((app) => `${app} proven`), ...failed.map((app) => `${app} failed`)].sort(),
            said,
          })),
        ),
      ),
  );
  if (variant.kind === "fails") return worlds.map((world) => injected(world));
  return [...cancelled(...worlds), done(whole)];
};

const nightOthers = {
  backup,
  "take-backup": takeBackup,
  "backup-self": backupSelf,
  "forget-backups": forgetBackups,
};

/** A world with one backup, as the repository calls it. */
function withOne(db: Db, snapshot: string): World {
  const world = worldOf(db, { snapshots: new Set([snapshot]) });
  db.sqlite.prepare("insert into harness_row values ('lekab', ?, 'proven')").run(first);
  return world;
}

const stories: Story[] = [
  {
    name: "Tandem's own backup",
    workflow: backupSelf,
    input: {},
    expect: oneCare("self", "take it", self, { self: true }),
  },
  {
    name: "what is too old is forgotten",
    workflow: forgetBackups,
    input: { repository: "nightly" },
    world: (db) => withOne(db, "old lekab"),
    expect: (variant) => {
      const there = { snapshots: ["old lekab"], rows: ["a proven"] };
      // The row promises what is not there only until the next step.
      const removed = { rows: ["a proven"] };
      const gone = { rows: ["a forgotten"] };
      const freed = { ...gone, pruned: true };
      const told = { ...freed, care: ["forget ok"] };
      if (isCalm(variant)) return done(told);
      if (variant.kind !== "fails") return [...cancelled(there, removed, gone, freed, told), done(told)];
      const failed = (world: Partial<Seen>): Expected => injected({ ...world, care: ["forget failed"] });
      const isHalfWay = variant.when === "half-way";
      switch (variant.step) {
        case "look what is too old":
          return failed(there);
        case "forget what is too old":
          return failed(isHalfWay ? removed : there);
        case "write down what is gone":
          return injected(removed);
        case "free its room":
          return failed(isHalfWay ? freed : gone);
        default:
          return injected(freed);
      }
    },
  },
  {
    name: "a repository is checked",
    workflow: checkRepository,
    input: { repository: "nightly" },
    expect: oneCare("check", "check its data", checked, {}),
  },
  {
    name: "all repositories are checked, and one is away",
    workflow: checkRepositories,
    others: { "check-repository": checkRepository },
    input: {},
    world: (db) => worldOf(db, { isAway: true }),
    expect: (variant) => {
      const told = { care: ["check failed"], said: ["check/nightly"] };
      if (isCalm(variant)) return done(told);
      if (variant.kind === "fails")
        return injected(variant.step === "look" ? {} : { care: ["check failed"] });
      return [...cancelled({}, { care: ["check failed"] }, told), done(told)];
    },
  },
  {
    name: "a night that is late is told of",
    workflow: backupLate,
    input: {},
    expect: (variant) => {
      if (isCalm(variant)) return done({ said: ["late"] });
      if (variant.kind === "fails") return injected({});
      return [...cancelled({}, { said: ["late"] }), done({ said: ["late"] })];
    },
  },
  {
    name: "one backup is removed for good",
    workflow: forgetBackup,
    input: { backup: "lekab" },
    world: (db) => withOne(db, `${first} lekab`),
    expect: (variant) => {
      const there = { snapshots: ["a"], rows: ["a proven"] };
      const removed = { rows: ["a proven"] };
      const gone = { rows: ["a forgotten"] };
      const freed = { ...gone, pruned: true };
      const told = { ...freed, care: ["forget ok"] };
      if (isCalm(variant)) return done(told);
      if (variant.kind === "declined")
        return { status: "failed", problem: "approval-declined", world: { ...nothing, ...there } };
      if (variant.kind === "fails") {
        const isHalfWay = variant.when === "half-way";
        switch (variant.step) {
          case "forget it":
            return injected(isHalfWay ? removed : there);
          case "write down that it is gone":
            return injected(removed);
          case "free its room":
            return injected(isHalfWay ? freed : gone);
          case "write it down":
            return injected(freed);
          default:
            return injected(there);
        }
      }
      return [...cancelled(there, removed, gone, freed, told), done(told)];
    },
  },
  {
    name: "a night of two apps, side by side",
    workflow: backupNightly,
    others: nightOthers,
    thin: 5,
    input: {},
    expect: (variant) => anyNight(variant, both),
  },
  {
    name: "a night in which the first app cannot be backed up",
    workflow: backupNightly,
    others: nightOthers,
    thin: 9,
    input: {},
    world: (db) => worldOf(db, { broken: [first] }),
    expect: (variant) => anyNight(variant, onlySecond),
  },
];

test.for(stories)("$name survives a power cut at every point", { timeout: patienceMs }, async (story) => {
  const report = await crashEverywhere(scenario(story));
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(20);
});
