import { divideHalfUp } from "../../core/money.ts";
import { addDays, daysBetween, daysOfMonth, monthOf } from "../../core/work-day.ts";
import type { Db } from "../../db/index.ts";
import { readSpent } from "../entries/rows.ts";
import type { Budget, BudgetStanding } from "../types.ts";

/** Later than any day of work. */
const never = "9999-12-31";

/** The days over which a budget's caps are counted together with this day. */
export function periodOf(
  { per, fromDay, untilDay }: Budget,
  day: string,
): { name: string; from: string; until: string } {
  if (per === "total") return { name: "total", from: fromDay, until: untilDay ?? never };
  const { first, last } = daysOfMonth(monthOf(day));
  return { name: monthOf(day), from: first, until: last };
}

/** What is left of the budget in the period of a day. Null: it has no such limit. */
export function leftOf(
  db: Db,
  budget: Budget,
  day: string,
): { minor: number | null; minutes: number | null } {
  const { spent } = readSpent(db, budget.name, periodOf(budget, day));
  return {
    minor: budget.capMinor === null ? null : budget.capMinor - spent.minor,
    minutes: budget.capMinutes === null ? null : budget.capMinutes - spent.minutes,
  };
}

/** How a budget stands in the period of `day`, and where it will be at its end if it goes on as until `today`. */
export function standingOf(db: Db, budget: Budget, day: string, today: string): BudgetStanding {
  const period = periodOf(budget, day);
  const { spent, waiting } = readSpent(db, budget.name, period);
  const left = leftOf(db, budget, day);
  const from = period.from > budget.fromDay ? period.from : budget.fromDay;
  const end = budget.untilDay !== null && budget.untilDay < period.until ? budget.untilDay : period.until;
  const until = today < end ? today : end;
  // Both days count, so that a budget which began today has had one.
  const elapsed = Math.max(0, daysBetween(from, until) + 1);
  const toCome = end === never ? null : Math.max(0, daysBetween(until, end));
  const goesOn = (amount: number, days: number): number =>
    elapsed === 0 ? 0 : Number(divideHalfUp(BigInt(amount) * BigInt(days), BigInt(elapsed)));
  const atEnd = (amount: number): number | null => (toCome === null ? null : amount + goesOn(amount, toCome));
  return {
    budget,
    period: period.name,
    ...{ spentMinor: spent.minor, spentMinutes: spent.minutes },
    ...{ leftMinor: left.minor, leftMinutes: left.minutes },
    ...{ waitingMinor: waiting.minor, waitingMinutes: waiting.minutes },
    ...{ weekMinor: goesOn(spent.minor, 7), weekMinutes: goesOn(spent.minutes, 7) },
    ...{ endMinor: atEnd(spent.minor), endMinutes: atEnd(spent.minutes) },
    emptyOn: earliest(
      [emptyAfter(spent.minor, left.minor, elapsed), emptyAfter(spent.minutes, left.minutes, elapsed)],
      { until, end },
    ),
  };
}

/** How many whole days it still lasts; null: it is not being used up. */
function emptyAfter(spent: number, left: number | null, elapsed: number): number | null {
  if (left === null || elapsed === 0) return null;
  if (left <= 0) return 0;
  return spent <= 0 ? null : Number((BigInt(left) * BigInt(elapsed)) / BigInt(spent));
}

function earliest(days: (number | null)[], { until, end }: { until: string; end: string }): string | null {
  const known = days.filter((one) => one !== null);
  if (known.length === 0) return null;
  const soonest = Math.min(...known);
  if (soonest > daysBetween(until, end)) return null;
  return addDays(until, soonest);
}
