import { expect, test } from "vitest";
import type { Db } from "../../src/db/index.ts";
import workEntry from "../../workflows/work-entry.ts";
import workReminders from "../../workflows/work-reminders.ts";
import { cancelled, done, failed, isCalm } from "./endings.ts";
import { crashEverywhere, lineOf, type Scenario } from "./harness.ts";
import { rowsOf } from "./stories.ts";
import { entryIn, seeEntry, worldOf, type Furnished, type World } from "./work-world.ts";

const waits = { state: "submitted", agreed: [], spentMinutes: 0, spentMinor: 0 };
const counts = { state: "approved", agreed: ["bo"], spentMinutes: 60, spentMinor: 2000 };

function asked(name: string, furnished: Furnished, expect: Scenario<World>["expect"]): Scenario<World> {
  return {
    name,
    // The number is not known before the world is there; the story is told about the only entry.
    thin: name === "an entry that is agreed to" ? 2 : 7,
    workflow: { ...workEntry, run: (tools) => workEntry.run(tools, { entry: idOf(tools), version: 1 }) },
    input: { entry: 1, version: 1 },
    world: (db) => worldOf(db, furnished),
    trades: ({ work }, db) => ({ work, entryNumber: () => entryIn(db) }),
    see: seeEntry,
    expect,
  };
}

function idOf(tools: object): number {
  return (tools as { entryNumber: () => number }).entryNumber();
}

const stories: Scenario<World>[] = [
  asked("an entry that is agreed to", {}, (variant) => {
    if (isCalm(variant)) return done(counts);
    if (variant.kind === "declined")
      return { status: "failed", problem: "approval-declined", world: { ...waits, state: "declined" } };
    // A transaction that fails half-way has done nothing: the money is not spent.
    return variant.kind === "fails" ? failed(waits) : [...cancelled(waits), done(counts)];
  }),
  asked("an entry for which there is no room", { capMinutes: 59 }, (variant) => {
    if (isCalm(variant)) return done(waits);
    if (variant.kind === "declined")
      return { status: "failed", problem: "approval-declined", world: { ...waits, state: "declined" } };
    return variant.kind === "fails" ? failed(waits) : [...cancelled(waits), done(waits)];
  }),
  asked("an entry that was withdrawn meanwhile", { withdrawn: true }, (variant) => {
    const gone = { ...waits, state: "withdrawn" };
    // Even what goes wrong is no news about something that does not stand any more.
    return variant.kind === "cancelled" ? [...cancelled(gone), done(gone)] : done(gone);
  }),
];

const reminders: Scenario<World> = {
  name: "reminders",
  workflow: workReminders,
  input: {},
  thin: 9,
  world: (db: Db) => worldOf(db, { today: "2026-10-31", reminded: true }),
  trades: ({ work }) => ({ work }),
  see: (_, db) => rowsOf(db).all(),
  expect: (variant) => {
    const [first, second] = ["@ana:a.coop run/remind/ana", "@bo:a.coop run/remind/bo"];
    if (isCalm(variant)) return done([first, second]);
    const ways = [[], [first], [first, second]];
    if (variant.kind !== "fails") return [...cancelled(...ways), done(ways[2])];
    return failed(variant.step === "remind#2" ? [first] : []);
  },
};

test.for([...stories, reminders])("$name survives a power cut at every point", async (story) => {
  const report = await crashEverywhere(story);
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(5);
});
