/**
 * Data on its way back: whatever fails and wherever the power goes, the app ends with the old data or with the present,
 * never with half of either without a word; and nothing that was made on the way stays.
 */
import { expect, test } from "vitest";
import { restorePathUnknown } from "../../src/core/problems/restoring.ts";
import drill from "../../workflows/drill.ts";
import drillTrial from "../../workflows/drill-trial.ts";
import restore from "../../workflows/restore.ts";
import restoreData from "../../workflows/restore-data.ts";
import takeBackup from "../../workflows/take-backup.ts";
import {
  app,
  other,
  see,
  tradesOf,
  untouched,
  worldOf,
  type BackupsWorld,
  type Seen,
} from "./backups-world.ts";
import type { Db } from "../../src/db/index.ts";
import { cancelled, isCalm } from "./endings.ts";
import { crashEverywhere, lineOf, patienceMs, type Expected, type Scenario } from "./harness.ts";

const children = { "restore-data": restoreData, "take-backup": takeBackup, "drill-trial": drillTrial };

const overwritten = `app.data-overwritten ${app}`;
const old: Seen = { ...untouched, data: { notes_data: "old" }, audit: [overwritten] };

type Story = Omit<Scenario<BackupsWorld>, "world" | "trades" | "see"> &
  Partial<Pick<BackupsWorld, "unfit" | "isDoubtful">>;

/** What restores and drills are made of (restore-data, drill-trial) has scenarios of its own. */
function story({ unfit = [], isDoubtful = false, ...rest }: Story): Scenario<BackupsWorld> {
  const ofStories = rest.others === undefined ? {} : { thin: 6 };
  return { ...rest, ...ofStories, world: () => ({ ...worldOf(), unfit, isDoubtful }), trades: tradesOf, see };
}

const undone = (world: Seen, problem = "injected"): Expected => ({ status: "undone", problem, world });

/** Data with which its database has not done what it must yet. */
const half = (world: Seen, data = "old without its database"): Seen => ({
  ...world,
  data: { notes_data: data },
});

function restoreDataStory(isFit: boolean): Scenario<BackupsWorld> {
  const ended: Expected = isFit
    ? { status: "done", world: old }
    : { status: "undone", problem: "restore-did-not-come-up", world: old };
  const noted: Seen = { ...untouched, audit: [overwritten] };
  return story({
    name: `restore-data${isFit ? "" : " that does not come up"}`,
    workflow: restoreData,
    input: { app, backup: "bakor", within: "bakob" },
    ...(!isFit && { unfit: ["old"] }),
    expect(variant) {
      if (isCalm(variant)) return ended;
      if (variant.kind !== "fails") return [...cancelled(untouched, noted, half(old), old), ended];
      const isHalfWay = variant.when === "half-way";
      switch (variant.step) {
        case "look":
        case "look for room":
        case "run what the recipe wants first":
          return { status: "failed", problem: "injected", world: untouched };
        case "stop it":
          return undone(untouched);
        case "write down that it is overwritten":
          return undone(untouched);
        case "fill the volumes":
          return undone(isHalfWay ? half(old) : noted);
        case "start its database":
        case "wait for its database":
          return undone(half(old));
        case "replay":
          return undone(isHalfWay ? old : half(old));
        default:
          return undone(old);
      }
    },
  });
}

function restoreHere(
  isFit: boolean,
  withoutBackup: boolean,
  { isDoubtful = false }: { isDoubtful?: boolean } = {},
): Scenario<BackupsWorld> {
  const restored: Seen = { ...old, audit: [overwritten, `app.restored ${app}`] };
  const back: Seen = { ...untouched, audit: [overwritten, overwritten, `app.not-restored ${app}`] };
  const stuck: Seen = { ...old, audit: [overwritten, `app.not-restored ${app}`] };
  // It was agreed to have no way back, and it is said loudly that the data is not whole.
  const halfWay = [stuck, half(stuck), half(stuck, "present")].map((world): Expected => ({
    status: "failed",
    problem: "restore-half-way",
    world,
  }));
  const ended: Expected = isFit
    ? { status: "done", world: restored }
    : withoutBackup
      ? { status: "failed", problem: "restore-half-way", world: stuck }
      : { status: "failed", problem: "restore-taken-back", world: back };
  return story({
    name: [
      `restore${isFit ? "" : " of what does not come up"}${withoutBackup ? " without a way back" : ""}`,
      ...(isDoubtful ? ["over a present whose backup is doubtful"] : []),
    ].join(" "),
    isDoubtful,
    workflow: restore,
    others: children,
    input: { app, backup: "bakor", withoutBackup },
    ...(!isFit && { unfit: ["old"] }),
    thin: 4,
    answer: (ask) => (ask.weight === "grave" && ask.subject === app ? "approve" : "decline"),
    expect(variant) {
      if (isCalm(variant)) return ended;
      if (variant.kind === "declined")
        return { status: "failed", problem: "approval-declined", world: untouched };
      if (variant.kind === "fails") {
        if (["plan", "check the plan"].includes(variant.step))
          return { status: "failed", problem: "injected", world: untouched };
        if (variant.step === "write it down")
          return { status: "failed", problem: "injected", world: { ...old } };
        return [
          // What it was told of the end is all that is missing.
          { status: "failed", problem: "injected", world: old },
          {
            status: "failed",
            problem: "injected",
            world: { ...untouched, audit: [overwritten, overwritten] },
          },
        ];
      }
      const again: Seen = { ...back, audit: [overwritten, ...back.audit] };
      return [
        ...cancelled(untouched, restored, back, { ...untouched, audit: [overwritten, overwritten] }),
        { status: "failed", problem: "restore-taken-back", world: again },
        { status: "failed", problem: "restore-taken-back", world: back },
        ...(withoutBackup ? halfWay : []),
        ended,
      ];
    },
  });
}

const withFile = "present with a file of then";

/** One file comes back that the present does not have, and with it the app does not come up. */
function fileTrades(world: BackupsWorld, db: Db) {
  const { backups, ...trades } = tradesOf(world, db);
  const rests = (): void => {
    if ((world.runs.get("notes")?.size ?? 0) > 0)
      throw new Error("a volume is written to while the app runs");
  };
  const plan = (backup: string) => ({
    ...{ app, backup, stack: "notes", server: "local", first: [], postHooks: [] },
    volumes: [{ into: "notes_data", short: "data" }],
  });
  return {
    ...trades,
    backups: {
      ...backups,
      planRestore: async (...of: Parameters<typeof backups.planRestore>) => {
        const put = [{ into: "notes_data", short: "data", isThere: true }];
        return { ...(await backups.planRestore(...of)), put };
      },
      planData: ({ backup, path = "" }: { backup: string; path?: string }) => {
        if (backup === "bakor") return plan(backup);
        throw restorePathUnknown({ backup, volume: "data", path });
      },
      fillVolumes: () => {
        rests();
        world.volumes.set("notes_data", withFile);
        return [];
      },
      planWayBack: ({ backup }: { backup: string }) => {
        if (!world.taken.has(backup)) throw new Error("nobody knows what the present had");
        return { kind: "take out", data: plan(backup), folders: [] };
      },
      takeOut: () => {
        rests();
        world.helpers++;
        world.volumes.set("notes_data", "present");
        world.helpers--;
      },
    },
  };
}

function restoreFile(): Scenario<BackupsWorld> {
  const notes = { data: "app.data-overwritten", not: "app.not-restored" };
  const seen = (data: string, ...audit: string[]): Seen => ({
    ...{ ...untouched, data: { notes_data: data } },
    audit: audit.map((one) => `${one} ${app}`),
  });
  const failed = (problem: string, world: Seen): Expected => ({ status: "failed", problem, world });
  const back = seen("present", notes.data, notes.data, notes.not);
  const ended = failed("restore-taken-back", back);
  return {
    ...story({
      name: "restore of a file that the present does not have, and that does not come up",
      workflow: restore,
      others: children,
      input: { app, backup: "bakor", path: "lost" },
      unfit: [withFile],
      thin: 4,
      expect(variant) {
        if (isCalm(variant)) return ended;
        if (variant.kind === "declined") return failed("approval-declined", untouched);
        if (variant.kind !== "fails")
          return [
            ...cancelled(untouched),
            ended,
            // Cancelled before it was overwritten, and begun anew on its way back.
            failed("restore-taken-back", seen("present", notes.data, notes.data, notes.data, notes.not)),
          ];
        const isHalf = variant.when === "half-way";
        switch (variant.step) {
          case "plan":
          case "check the plan":
            return failed("injected", untouched);
          case "look whether data was overwritten":
            return failed("injected", seen(withFile, notes.data));
          // The way back failed: the app runs, and it is said loudly that its data is not whole.
          case "look how to go back":
          case "stop it again":
          case "write down what is taken out":
            return failed("restore-half-way", seen(withFile, notes.data, notes.not));
          case "take out what was put there":
            return failed(
              "restore-half-way",
              seen(isHalf ? "present" : withFile, notes.data, notes.data, notes.not),
            );
          case "write down that it failed":
            return failed("injected", seen("present", notes.data, notes.data));
          default:
            return failed("restore-half-way", back);
        }
      },
    }),
    trades: fileTrades,
  };
}

function restoreAnew(isFit: boolean): Scenario<BackupsWorld> {
  const up: Seen = {
    data: { new_data: "old", notes_data: "present" },
    runs: { new: "app,db", notes: "app,db" },
    secrets: ["new_key", "notes_key"],
    helpers: 0,
    rows: [other, app].sort(),
    drills: [],
    audit: [`deploy converged ${other}`],
  };
  const taken: Seen = { ...untouched, audit: [`deploy restored ${other}`] };
  const ended: Expected = isFit ? { status: "done", world: up } : undone(taken, "revive-failed");
  return story({
    name: `restore under another domain${isFit ? "" : " where it does not come up"}`,
    workflow: restore,
    others: children,
    input: { app, backup: "bakor", as: other },
    ...(!isFit && { unfit: ["old"] }),
    answer: (ask) => (ask.weight === "ordinary" && ask.subject === other ? "approve" : "decline"),
    expect(variant) {
      if (isCalm(variant)) return ended;
      if (variant.kind === "declined")
        return { status: "failed", problem: "approval-declined", world: untouched };
      if (variant.kind !== "fails")
        return [
          ...cancelled(untouched, taken, { ...untouched, audit: [...up.audit, ...taken.audit] }),
          ended,
        ];
      switch (variant.step) {
        case "plan":
        case "check the plan":
        case "look at its row":
          return { status: "failed", problem: "injected", world: untouched };
        case "write the app down":
        case "make its secrets":
        case "fill its volumes":
          return undone(untouched);
        default:
          return undone(taken);
      }
    },
  });
}

function drillStory(isFit: boolean): Scenario<BackupsWorld> {
  const drilled = (outcome: string): Seen => ({
    ...untouched,
    drills: [outcome],
    audit: [`app.restore-tried ${app}`],
  });
  const ended: Expected = isFit
    ? { status: "done", world: drilled("passed") }
    : { status: "failed", problem: "drill-failed", world: drilled("failed") };
  return story({
    name: `drill${isFit ? "" : " that does not work"}`,
    workflow: drill,
    others: children,
    input: { app },
    ...(!isFit && { unfit: ["old"] }),
    expect(variant) {
      if (isCalm(variant)) return ended;
      if (variant.kind === "fails") {
        const isTried = ["write down how it went", "write down that it failed"].includes(variant.step);
        const world = isTried ? drilled(isFit ? "passed" : "failed") : untouched;
        return { status: "failed", problem: "injected", world };
      }
      // A cancel is written down as one, and not as a backup that does not work; what was found before it stays found.
      const late = drilled(isFit ? "passed" : "failed");
      return [...cancelled(untouched, drilled("cancelled"), late), ended];
    },
  });
}

function trialStory(isFit: boolean): Scenario<BackupsWorld> {
  const ended: Expected = isFit ? { status: "done", world: untouched } : undone(untouched, "revive-failed");
  return story({
    name: `drill-trial${isFit ? "" : " that does not work"}`,
    workflow: drillTrial,
    input: { app, backup: "bakor" },
    ...(!isFit && { unfit: ["old"] }),
    expect(variant) {
      if (isCalm(variant)) return ended;
      if (variant.kind !== "fails") return [...cancelled(untouched), ended];
      return variant.step === "plan"
        ? { status: "failed", problem: "injected", world: untouched }
        : undone(untouched);
    },
  });
}

const stories = [
  restoreDataStory(true),
  restoreDataStory(false),
  restoreHere(true, false),
  restoreHere(false, false),
  restoreHere(false, true),
  // Asked once more: declined then, nothing is overwritten.
  restoreHere(true, false, { isDoubtful: true }),
  restoreHere(false, false, { isDoubtful: true }),
  restoreFile(),
  restoreAnew(true),
  restoreAnew(false),
  drillStory(true),
  drillStory(false),
  trialStory(true),
  trialStory(false),
];

test.for(stories.map((one) => [one.name, one] as const))(
  "%s survives a power cut at every point",
  { timeout: patienceMs },
  async ([, scenario]) => {
    const report = await crashEverywhere(scenario);
    console.log(lineOf(report));
    expect(report.violations).toEqual([]);
    expect(report.cuts).toBeGreaterThan(30);
  },
);
