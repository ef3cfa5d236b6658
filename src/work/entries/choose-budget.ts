import { budgetDoesNotFit, budgetNone, budgetWhich, currencyDiffers } from "../../core/problems/work.ts";
import { formatMoney, type Money } from "../../core/money.ts";
import type { Db } from "../../db/index.ts";
import { findBudget, readBudgets } from "../ground/budgets.ts";
import type { Budget } from "../types.ts";

interface Wanted {
  /** As it was typed; left out: the only one that fits. */
  named: string | undefined;
  /** Everybody who gets something of it. */
  people: readonly string[];
  day: string;
  lump: Money | null;
}

/** The budget that bears the work. Throws why the named one does not, or that none or several could. */
export function chooseBudget(db: Db, { named, people, day, lump }: Wanted): Budget {
  if (named !== undefined) {
    const budget = findBudget(db, named);
    const why = misfit(budget, people, day);
    if (why !== undefined) throw budgetDoesNotFit({ budget: budget.name, why });
    if (lump !== null && lump.currency !== budget.currency)
      throw currencyDiffers({ amount: formatMoney(lump), budget: budget.name, currency: budget.currency });
    return budget;
  }
  const fitting = readBudgets(db).filter(
    (budget) =>
      misfit(budget, people, day) === undefined && (lump === null || lump.currency === budget.currency),
  );
  const [only] = fitting;
  if (only === undefined) throw budgetNone({ day, person: people.join(", ") });
  if (fitting.length > 1) throw budgetWhich({ names: fitting.map(({ name }) => name) });
  return only;
}

/** Why it does not bear work of these people on this day, in words. */
function misfit(
  { state, fromDay, untilDay, eligible }: Budget,
  people: readonly string[],
  day: string,
): string | undefined {
  if (state !== "open") return `it is ${state}`;
  if (day < fromDay) return `it begins on ${fromDay}`;
  if (untilDay !== null && day > untilDay) return `it ended on ${untilDay}`;
  const stranger =
    eligible.length === 0 ? undefined : people.find((one) => !(eligible as string[]).includes(one));
  return stranger === undefined ? undefined : `${stranger} is not among those who may enter work on it`;
}
