/** What people are asked and told around a restore, with data in memory: above all where there is no sure way back. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { hookWithoutContainer } from "../../src/core/problems/backup-taking.ts";
import { restoredElsewhere } from "../../src/core/problems/placing.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import restore from "../../workflows/restore.ts";
import restoreData from "../../workflows/restore-data.ts";
import takeBackup from "../../workflows/take-backup.ts";
import { app, tradesOf, worldOf, type BackupsWorld } from "../crash/backups-world.ts";
import { tell, type Told } from "./telling.ts";

const others = { "restore-data": restoreData, "take-backup": takeBackup };
let db: Db;
let world: BackupsWorld;
beforeEach(() => {
  db = openDb(":memory:");
  world = worldOf();
});
afterEach(() => {
  db.close();
});

const run = (answer: Parameters<typeof tell>[3], more: object = {}): Promise<Told> => {
  const trades = tradesOf(world, db);
  const backups = { ...trades.backups, ...more } as never;
  const house = { db, clock: new FakeClock(), ...trades, backups };
  return tell(house, restore, { app, backup: "bakor" }, answer, { others });
};
const yes = () => true;
const data = () => world.volumes.get("notes_data");

test("over a present with a proven backup it is asked once, and the way back is named", async () => {
  const { asked, problem, text } = await run(yes);
  expect([asked.length, problem]).toEqual([1, null]);
  expect(text).toContain("To go back to what was there before: ");
});

test("over one with a doubtful backup it is asked gravely once more, with the reason", async () => {
  world.isDoubtful = true;
  const { asked, text } = await run(yes);
  expect(asked).toMatchObject([{ weight: "grave" }, { weight: "grave", subject: app, expires: "1h" }]);
  expect(asked[0]?.binds).not.toBe(asked[1]?.binds);
  expect(text).toContain("There is not a single file in it.");
  expect(text).toContain("The way back may not bring back what is there now");
  expect(text).toContain(
    "The backup of what was there before is doubtful: There is not a single file in it.",
  );
  expect(data()).toBe("old");
});

test("what its backup was doubted for is told, also when a drill has answered it", async () => {
  const { backups } = tradesOf(world, db);
  const reason =
    "The volume data is empty. A restore of it was tried out all the same and went well (run bebab).";
  const answered = async (...about: Parameters<typeof backups.planRestore>) => {
    const plan = await backups.planRestore(...about);
    return { ...plan, facts: { ...plan.facts, reason } };
  };
  const { text } = await run(yes, { planRestore: answered });
  expect(text).toContain(`Mind: it was doubtful, and counts as proven by now: ${reason}`);
});

test("declined then, nothing is overwritten", async () => {
  world.isDoubtful = true;
  const { problem } = await run((_, n) => n === 1);
  expect(problem?.code).toBe("approval-declined");
  expect(data()).toBe("present");
});

test("one that goes back to a doubtful backup does not say that all is as before", async () => {
  world.isDoubtful = true;
  world.unfit = ["old"];
  const { problem } = await run(yes);
  expect(problem?.code).toBe("restore-taken-back");
  expect(problem?.means).toContain("its data may not be as it was**: There is not a single file in it.");
  expect(problem?.means).not.toContain("back as it was before");
});

test("where not even the way back to a doubtful backup works, nobody says that the data is safe in it", async () => {
  world.isDoubtful = true;
  world.unfit = ["old", "present"];
  const { problem } = await run(yes);
  expect(problem?.code).toBe("restore-half-way");
  expect(problem?.remedy).toContain("which is doubtful: There is not a single file in it.");
  expect(problem?.remedy).not.toContain("is safe");
});

test("without any backup of the present nothing is overwritten, and the way without one is named", async () => {
  const planTake = () => {
    throw hookWithoutContainer({ app, service: "db", hook: "pre-hook" });
  };
  const { problem, asked } = await run(yes, { planTake });
  expect([problem?.code, asked.length]).toEqual(["restore-without-present", 1]);
  expect(problem?.happened).toContain("no container of db runs");
  expect(problem?.remedy).toContain(`app restore ${app} bakor --without-backup`);
  expect(data()).toBe("present");
});

test("a run of before goes on as it began: its doubtful backup was not asked about", async () => {
  world.isDoubtful = true;
  const trades = tradesOf(world, db);
  const [before] = restore.older ?? [];
  if (before === undefined) throw new Error("there is no earlier story");
  const house = { db, clock: new FakeClock(), ...trades, backups: trades.backups as never };
  const { asked, problem } = await tell(house, before, { app, backup: "bakor" }, yes, { others });
  expect([before.version, asked.length, problem]).toEqual([1, 1, null]);
});

/** The nodes on which the app comes up: what was put on `n1` is there alone. */
const comesUpOn = (...nodes: string[]) => {
  const { backups } = tradesOf(world, db);
  return {
    verdictRestored: (...about: Parameters<typeof backups.verdictRestored>) => {
      const [node] = about[1].services === undefined ? nodes.splice(0, 1) : ["n1"];
      if (node === "n1") return backups.verdictRestored(...about);
      throw restoredElsewhere({
        ...{ app, service: "db", volume: "data", data: ["n1"], runs: ["n2"], isAnew: false },
        constraint: "`node.hostname == n2`",
      });
    },
  };
};

test("one that comes up on another node than its data goes back, and it is said how to bind it", async () => {
  const { problem } = await run(yes, comesUpOn("n2", "n1"));
  expect(problem?.code).toBe("restore-taken-back");
  expect(problem?.happened).toContain(
    "has started db of notes.example.coop on n2, and the data of its volume",
  );
  expect(problem?.remedy).toMatch(/^Bind db .*`node\.hostname == n2`.* Then: `app restore \S+ bakor`$/);
  expect(data()).toBe("present");
});

test("where the way back comes up elsewhere, too, that is said loudly, with the same words", async () => {
  const { problem } = await run(yes, comesUpOn("n2", "n2"));
  expect(problem?.code).toBe("restore-half-way");
  expect(problem?.remedy).toMatch(/is safe in the backup \S+ Bind db .* Then: `app restore /);
});
