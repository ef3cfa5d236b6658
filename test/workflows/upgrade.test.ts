import { afterEach, describe, expect, it } from "vitest";
import rollback from "../../workflows/rollback.ts";
import upgrade from "../../workflows/upgrade.ts";
import { envSample } from "../apps/fake-recipes.ts";
import { expectGolden } from "../golden.ts";
import { deployTo, openHouse, runs, type House, type Release } from "../upgrades/house.ts";
import { tell } from "./telling.ts";

const domain = "notes.example.coop";
const releases = (): Record<string, Release> => ({
  "1.0.0+1.0": {},
  "1.0.1+1.0": { notes: "Fixes a crash." },
  "1.1.0+1.1": {
    notes: "Faster.",
    envSample: `${envSample.replace("SMTP_PASSWORD=\n", "").replace("Our notes", "Our pages")}CACHE_SIZE=64\nCACHE_PASSWORD=\n`,
  },
  "2.0.0+2.0": { notes: "Run the migration of the database by hand." },
  "2.1.0-rc1+2.0": { notes: "To try out." },
});
let house: House;
afterEach(() => {
  expect([...house.recipes.open]).toEqual([]);
  house.db.close();
});

const people = (...names: string[]) => ({ withRole: () => names.map((name) => ({ name })) }) as never;
const story = (...more: string[]) => ({ ...house, people: people("mia", ...more) });

describe("an upgrade", () => {
  it("tells the story of the golden file", async () => {
    house = openHouse(releases());
    const app = await runs(house, domain, "1.0.0+1.0");
    const told = [
      await tell(story(), upgrade, { app, version: "1.1.0+1.1" }),
      await tell(story("ana", "bo"), upgrade, { app }),
      await tell(story(), upgrade, { app }),
      await tell(story(), upgrade, { app, version: "1.0.1+1.0" }),
      await tell(story(), rollback, { app }),
      await tell(story(), rollback, { app, version: "1.0.0+1.0" }),
      await tell(story(), rollback, { app }),
      await tell(story(), rollback, { app, version: "2.0.0+2.0" }),
    ];
    expectGolden("messages/upgrades.txt", told.map(({ text }) => text).join("\n---\n\n"));
    expect(told.map(({ status, problem }) => problem?.code ?? status)).toEqual([
      "done",
      "done",
      "done",
      "upgrade-is-older",
      "done",
      "done",
      "nothing-to-go-back-to",
      "rollback-is-newer",
    ]);
    expect(house.apps.get(app).version).toBe("1.0.0+1.0");
  });

  it("takes the newest release, never a preview, with the notes of every version between", async () => {
    house = openHouse(releases());
    const app = await runs(house, domain, "1.0.0+1.0");
    const plan = await house.upgrades.plan(app, undefined, "k");
    expect(plan).toMatchObject({
      from: "1.0.0+1.0",
      to: "2.0.0+2.0",
      size: "major",
      backup: { known: false },
    });
    expect(plan.migration).toEqual(["migration", "by hand"]);
    for (const note of ["Fixes a crash.", "Faster.", "Run the migration"]) expect(plan.notes).toContain(note);
    expect(plan.notes).not.toContain("To try out.");
  });

  it("names new settings that the app does not set, and those that are gone", async () => {
    house = openHouse(releases());
    const app = await runs(house, domain, "1.0.0+1.0");
    house.apps.set("bo", app, "CACHE_SIZE", "128");
    const { drift } = await house.upgrades.plan(app, "1.1.0+1.1" as never, "k");
    expect(drift).toEqual({
      missing: [{ key: "CACHE_PASSWORD", sample: null }],
      gone: ["SMTP_PASSWORD"],
      changed: [{ key: "TITLE", from: "Our notes", to: "Our pages" }],
    });
  });

  it.each([
    [["mia"], 1],
    [["ana", "mia"], 1],
    [["mia", "bo"], 2],
    [["ana", "mia", "bo"], 2],
  ])("a great step takes two voices where %j may give them: %i", async (names, needed) => {
    house = openHouse(releases());
    const app = await runs(house, domain, "1.0.0+1.0");
    const told = await tell({ ...house, people: people(...names) }, upgrade, { app }, () => false);
    expect(told.asked[0]?.needed).toBe(needed);
    expect(told.text.includes("there is only one maintainer who may agree")).toBe(needed === 1);
  });

  it("says when a backup was taken, where somebody takes them", async () => {
    house = openHouse(releases(), {
      backupOf: () => ({ state: "fresh", newestAt: "2026-09-30T03:30:00.000Z" }),
    });
    const app = await runs(house, domain, "1.0.0+1.0");
    const told = await tell(story(), upgrade, { app });
    expect(told.text).toContain(
      "Its newest proven backup is of 2026-09-30 03:30 UTC. A fresh one is taken first",
    );
  });

  it("goes nowhere from what runs in an unknown version, or not at all", async () => {
    house = openHouse(releases());
    const app = await runs(house, domain, "1.0.0+1.0");
    house.swarm.running.set("notes_example_coop", new Map([["app", { Name: "x", Labels: {} }]]));
    for (const workflow of [upgrade, rollback]) {
      const { problem } = await tell(story(), workflow, { app, version: "1.0.1+1.0" });
      expect(problem?.code).toBe("running-version-unknown");
    }
    house.swarm.running.delete("notes_example_coop");
    const { problem } = await tell(story(), upgrade, { app });
    expect(problem?.code).toBe("app-not-deployed");
  });

  it("goes back by itself when it does not come up, and names the version that stays", async () => {
    house = openHouse(releases());
    const app = await runs(house, domain, "1.0.0+1.0");
    house.swarm.verdict = { outcome: "failed", reason: "app ended with exit code 1 twice", seconds: 3 };
    const { status, problem } = await tell(story(), upgrade, { app, version: "1.0.1+1.0" });
    expect([status, problem?.code]).toEqual(["undone", "deploy-failed"]);
    expect(house.apps.get(app).version).toBe("1.0.0+1.0");
    expect((await house.upgrades.plan(app, "1.0.1+1.0" as never, "k")).from).toBe("1.0.0+1.0");
  });
});

describe("a rollback", () => {
  it("goes to the newest older version that ran well, not to one that failed", async () => {
    house = openHouse(releases());
    const app = await runs(house, domain, "1.0.0+1.0");
    await deployTo(house, app, "1.0.1+1.0", "failed");
    await deployTo(house, app, "1.1.0+1.1");
    expect((await house.upgrades.planBack(app, undefined, "k")).to).toBe("1.0.0+1.0");
  });

  it("says that only the program goes back", async () => {
    house = openHouse(releases());
    const app = await runs(house, domain, "1.0.0+1.0");
    await deployTo(house, app, "1.1.0+1.1");
    const { text } = await tell(story(), rollback, { app });
    expect(text).toContain("only the program goes back, not its data");
  });
});
