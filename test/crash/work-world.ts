/** The world of the stories about work: one circle, one budget, and an entry of ana that bo may agree to. */
import { openAudit } from "../../src/audit/index.ts";
import { workSettings } from "../../src/config/work.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { MatrixId, MemberName } from "../../src/core/terms.ts";
import { BudgetName, CircleName } from "../../src/core/work-terms.ts";
import type { Db } from "../../src/db/index.ts";
import { openPeople, type People } from "../../src/people/index.ts";
import { openWork, readEntries, type Work } from "../../src/work/index.ts";
import { rowsOf } from "./stories.ts";

export interface World {
  work: Work;
}

export interface Furnished {
  capMinutes?: number;
  /** Whether bo looks after the circle. */
  isLookedAfter?: boolean;
  withdrawn?: boolean;
  /** bo has worked as well, and lives in New York. */
  reminded?: boolean;
  today?: string;
}

const recipes = CircleName.parse("recipes");
const [ana, bo, tom] = ["ana", "bo", "tom"].map((name) => MemberName.parse(name)) as [
  MemberName,
  MemberName,
  MemberName,
];

/** `tell` writes a row each time, so that what is said twice is seen. */
export function worldOf(db: Db, furnished: Furnished = {}): World {
  const { today = "2026-10-01" } = furnished;
  const clock = new FakeClock(Date.parse(`${today}T08:00:00Z`));
  const audit = openAudit(db, clock);
  const people = openPeople({ db, clock, audit });
  const told = rowsOf(db);
  const work = openWork({
    ...{ db, clock, audit, people, settings: workSettings.parse({}), timeZone: "UTC" },
    isOpen: () => false,
    questionOf: () => undefined,
    tell: (to, key) => told.add(`${to} ${key.replace(/^\w+/, "run")}`),
  });
  asBefore(db, JSON.stringify(furnished), () => furnish(work, people, furnished));
  return { work };
}

function furnish(work: Work, people: People, furnished: Furnished): void {
  const { capMinutes = 600, isLookedAfter = true, withdrawn = false, reminded = false } = furnished;
  for (const name of [ana, bo, tom])
    people.add("config", { name, matrixId: MatrixId.parse(`@${name}:a.coop`) });
  people.grant("config", tom, "treasurer");
  work.addCircle("tom", { name: recipes, title: "Recipes" });
  if (isLookedAfter) work.setMaintainer("tom", recipes, bo, true);
  const since = { resolution: "R003", currency: "EUR", fromDay: "2026-01-01", untilDay: null };
  work.addRate("tom", { ...since, scope: "all", subject: "", perHourMinor: 2000 });
  const budget = BudgetName.parse("010");
  work.addBudget("tom", { ...since, name: budget, title: "Fixes", capMinor: null, capMinutes, per: "month" });
  const said = { minutes: 60, lump: null, circle: "recipes", words: ["x"], date: "2026-10-01" };
  const { entry } = work.log(ana, null, said);
  if (withdrawn) work.withdraw(ana, entry.id);
  if (!reminded) return;
  work.setReminder(bo, { timeZone: "America/New_York" });
  work.log(bo, null, said);
}

type Rows = [table: string, rows: Record<string, unknown>[]][];
const worlds = new Map<string, Rows>();

/** The same rows as when it was furnished first: thousands of tellings need not go through all of it again. */
function asBefore({ sqlite, tx }: Db, key: string, furnish: () => void): void {
  const before = worlds.get(key);
  if (before !== undefined) {
    tx(() => {
      sqlite.pragma("defer_foreign_keys = on");
      for (const [table, rows] of before)
        for (const row of rows) {
          const columns = Object.keys(row);
          const names = columns.map((name) => `"${name}"`).join(", ");
          const values = columns.map((name) => `@${name}`).join(", ");
          sqlite.prepare(`insert into "${table}" (${names}) values (${values})`).run(row);
        }
    });
    return;
  }
  furnish();
  const tables = sqlite
    .prepare<[], string>("select name from sqlite_schema where type = 'table' and name not like 'sqlite%'")
    .pluck()
    .all();
  const rows: Rows = tables
    .filter((name) => !/^(__|harness_|trade_)/.test(name))
    .map((name) => [name, sqlite.prepare<[], Record<string, unknown>>(`select * from "${name}"`).all()]);
  worlds.set(
    key,
    rows.filter(([, some]) => some.length > 0),
  );
}

/** The only entry's number: rows are numbered on over all tellings. */
export function entryIn(db: Db): number {
  return readEntries(db)[0]?.id ?? 0;
}

/** Where the entry stands, and what the budget has spent by it. */
export function seeEntry({ work }: World, db: Db) {
  const [entry] = readEntries(db);
  const { spentMinutes, spentMinor } = work.standing("010", "2026-10-01");
  return { state: entry?.state, agreed: entry?.approvedBy, spentMinutes, spentMinor };
}
