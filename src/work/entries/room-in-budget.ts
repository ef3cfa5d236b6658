import { formatMoney } from "../../core/money.ts";
import { budgetDoesNotFit, budgetFull } from "../../core/problems/work.ts";
import type { Problem } from "../../core/problem.ts";
import { formatDuration } from "../../core/work-time.ts";
import type { Db } from "../../db/index.ts";
import { findBudget } from "../ground/budgets.ts";
import { leftOf, periodOf } from "../ground/standing.ts";
import type { Budget, Entry } from "../types.ts";

interface Left {
  minor: number | null;
  minutes: number | null;
}

/** Why its budget has no room for an entry, by what is left now; undefined: it has. */
export function noRoom(db: Db, entry: Entry): Problem | undefined {
  if (entry.budget === null) return undefined;
  const budget = findBudget(db, entry.budget);
  if (budget.state !== "open") return budgetDoesNotFit({ budget: budget.name, why: `it is ${budget.state}` });
  return lacking(budget, entry, leftOf(db, budget, entry.day));
}

/** Each entry with why there is no room for it, counted after those before it that have room. */
export function fitsInOrder(db: Db, entries: readonly Entry[]): { entry: Entry; problem: string | null }[] {
  const left = new Map<string, Left>();
  return entries.map((entry) => {
    if (entry.budget === null) return { entry, problem: null };
    const budget = findBudget(db, entry.budget);
    const key = `${budget.name} ${periodOf(budget, entry.day).name}`;
    const before = left.get(key) ?? leftOf(db, budget, entry.day);
    left.set(key, before);
    const problem =
      budget.state === "open"
        ? lacking(budget, entry, before)
        : budgetDoesNotFit({ budget: budget.name, why: `it is ${budget.state}` });
    if (problem !== undefined) return { entry, problem: problem.text.happened };
    left.set(key, {
      minor: before.minor === null ? null : before.minor - (entry.amountMinor ?? 0),
      minutes: before.minutes === null ? null : before.minutes - (entry.minutes ?? 0),
    });
    return { entry, problem: null };
  });
}

function lacking(budget: Budget, entry: Entry, left: Left): Problem | undefined {
  const { currency } = budget;
  const period = budget.per === "month" ? `in ${periodOf(budget, entry.day).name}` : "in all";
  const about = { entry: `Entry ${entry.id}`, budget: budget.name, period };
  const minor = entry.amountMinor ?? 0;
  const minutes = entry.minutes ?? 0;
  // What gives back always fits, also where more was spent than is allowed by now.
  if (left.minutes !== null && minutes > 0 && minutes > left.minutes)
    return budgetFull({
      ...about,
      needs: formatDuration(minutes),
      left: formatDuration(Math.max(0, left.minutes)),
    });
  if (left.minor === null || minor <= 0 || minor <= left.minor) return undefined;
  const money = (amount: number): string => formatMoney({ amountMinor: BigInt(amount), currency });
  return budgetFull({ ...about, needs: money(minor), left: money(Math.max(0, left.minor)) });
}
