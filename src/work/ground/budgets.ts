import { and, asc, eq } from "drizzle-orm";
import { isoOf } from "../../core/clock.ts";
import { nearest } from "../../core/nearest.ts";
import {
  budgetOver,
  budgetTaken,
  budgetUnknown,
  budgetWithoutCap,
  daysTurned,
} from "../../core/problems/work-ground.ts";
import type { MemberName } from "../../core/terms.ts";
import type { BudgetName } from "../../core/work-terms.ts";
import { schema, type Db } from "../../db/index.ts";
import type { WorkParts } from "../parts.ts";
import type { Budget, NewBudget, WorkGround } from "../types.ts";
import { assertBuffer } from "./fund.ts";

const { budget, budgetPerson } = schema;

type Budgets = Pick<WorkGround, "budgets" | "budget" | "addBudget" | "setBudgetState" | "setBudgetPerson">;

/** Money and hours that were resolved. */
export function openBudgets(parts: WorkParts): Budgets {
  const { db, audit } = parts;
  return {
    budgets: () => readBudgets(db),
    budget: (typed) => findBudget(db, typed),
    addBudget: (who, wanted) => db.tx(() => addBudget(parts, who, wanted)),
    setBudgetState: (who, name, state) =>
      db.tx(() => {
        const known = findBudget(db, name);
        if (known.state === state) return known;
        if (known.state === "closed") throw budgetOver({ name });
        db.orm.update(budget).set({ state }).where(eq(budget.name, name)).run();
        audit.append({ who, what: `budget.${state}`, subject: name });
        return findBudget(db, name);
      }),
    setBudgetPerson: (who, name, { member, as, is }) =>
      db.tx(() => {
        const known = findBudget(db, name);
        const list = as === "steward" ? known.stewards : known.eligible;
        if (list.includes(member) === is) return known;
        if (is) db.orm.insert(budgetPerson).values({ budget: name, member, as }).run();
        else
          db.orm
            .delete(budgetPerson)
            .where(
              and(eq(budgetPerson.budget, name), eq(budgetPerson.member, member), eq(budgetPerson.as, as)),
            )
            .run();
        const what = is ? "budget.person-added" : "budget.person-removed";
        audit.append({ who, what, subject: name, details: { member, as } });
        return findBudget(db, name);
      }),
  };
}

function addBudget({ db, clock, audit, settings }: WorkParts, who: string, wanted: NewBudget): Budget {
  const { name, fromDay, untilDay } = wanted;
  const there = readBudgets(db).find((one) => one.name === name);
  if (there !== undefined) throw budgetTaken({ name, title: there.title });
  if (wanted.capMinor === null && wanted.capMinutes === null) throw budgetWithoutCap({ name });
  if (untilDay !== null && untilDay < fromDay) throw daysTurned({ from: fromDay, until: untilDay });
  assertBuffer(db, settings.buffer);
  db.orm
    .insert(budget)
    .values({ ...wanted, state: "open", addedBy: who, addedAt: isoOf(clock.now()) })
    .run();
  audit.append({ who, what: "budget.added", subject: name, details: wanted });
  return findBudget(db, name);
}

export function readBudgets({ orm }: Db): Budget[] {
  const people = orm.select().from(budgetPerson).orderBy(asc(budgetPerson.member)).all();
  const named = (name: string, as: "eligible" | "steward"): MemberName[] =>
    people.filter((one) => one.budget === name && one.as === as).map((one) => one.member as MemberName);
  return orm
    .select()
    .from(budget)
    .orderBy(asc(budget.name))
    .all()
    .map(({ addedBy: _by, addedAt: _at, ...row }) => ({
      ...row,
      name: row.name as BudgetName,
      eligible: named(row.name, "eligible"),
      stewards: named(row.name, "steward"),
    }));
}

/** The budget of this name. Throws `budget-unknown` with the nearest name. */
export function findBudget(db: Db, typed: string): Budget {
  const all = readBudgets(db);
  const found = all.find((one) => one.name === typed.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(
    typed,
    all.map((one) => one.name),
  );
  throw budgetUnknown({ typed, ...(near !== undefined && { nearest: near }) });
}
