import { dayUnreadable } from "../../core/problems/work.ts";
import { dayIn, readDay } from "../../core/work-day.ts";
import type { WorkParts } from "../parts.ts";
import { readWish } from "../reminding/wishes.ts";
import type { WorkGround } from "../types.ts";
import { findBudget, openBudgets } from "./budgets.ts";
import { openCircles } from "./circles.ts";
import { openFund } from "./fund.ts";
import { openRates } from "./rates.ts";
import { standingOf } from "./standing.ts";

/** What entries stand on: circles, rates, budgets, the fund, and the day it is. */
export function openGround(parts: WorkParts): WorkGround {
  const { db, clock } = parts;
  const today = (member?: string): string => {
    const zone = member === undefined ? null : readWish(db, member).timeZone;
    return dayIn(zone ?? parts.timeZone, clock.now());
  };
  return {
    ...openCircles(parts),
    ...openRates(parts, today),
    ...openBudgets(parts),
    ...openFund(parts),
    usualCurrency: parts.settings.currency,
    standing: (budget, day = today()) => standingOf(db, findBudget(db, budget), day, today()),
    today,
    day: (typed, member) => {
      const day = readDay(typed, today(member));
      if (day === undefined) throw dayUnreadable({ typed });
      return day;
    },
  };
}
