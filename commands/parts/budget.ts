/** Budgets in words. */
import { formatMoney } from "../../src/core/money.ts";
import { formatDuration } from "../../src/core/work-time.ts";
import type { CommandContext } from "../../src/router/define.ts";

type Work = CommandContext<object>["work"];
type Budget = ReturnType<Work["budget"]>;
type Standing = ReturnType<Work["standing"]>;

/** `EUR 1000.00 and 10 h a month`. */
export function capWords({ capMinor, capMinutes, currency, per }: Budget): string {
  return `${both(capMinor, capMinutes, currency)} ${per === "month" ? "a month" : "in all"}`;
}

/** What is spent and left, in one line. */
export function leftWords({
  spentMinor,
  spentMinutes,
  leftMinor,
  leftMinutes,
  budget,
  period,
}: Standing): string {
  const spent = both(spentMinor, spentMinutes, budget.currency);
  const left = both(leftMinor, leftMinutes, budget.currency);
  return `${period === "total" ? "in all" : `in ${period}`} ${spent} spent, ${left} left`;
}

/** An amount, a time, or both; nulls are left out. */
export function both(minor: number | null, minutes: number | null, currency: string): string {
  const parts = [
    ...(minor === null ? [] : [formatMoney({ amountMinor: BigInt(minor), currency })]),
    ...(minutes === null ? [] : [formatDuration(minutes)]),
  ];
  return parts.join(" and ");
}
