/** Decisions and closed months, in their tables. */
import { daysOfMonth } from "../../core/work-day.ts";
import type { BooksParts } from "../open.ts";
import type { Run } from "../reconcile.ts";
import type { Decision, DecisionContent } from "./apply.ts";

export interface Decisions {
  /** Those that stand, in the order in which they were taken. */
  decisions(): Decision[];
  /** The last day of the last closed month; null: none is closed. */
  closedUntil(): string | null;
}

interface Row extends Omit<Decision, "what"> {
  what: string;
}

export function openDecisions({ db }: BooksParts, _run: () => Run): Decisions {
  return {
    decisions: () =>
      db.sqlite
        .prepare<[], Row>(
          `SELECT id, kind, source, subject, what, why, by, seconded_by AS secondedBy, at FROM book_decision
           WHERE undone_at IS NULL ORDER BY id`,
        )
        .all()
        .map((row) => ({ ...row, what: JSON.parse(row.what) as DecisionContent })),
    closedUntil() {
      const month = db.sqlite.prepare("SELECT MAX(month) FROM book_period").pluck().get() as string | null;
      return month === null ? null : daysOfMonth(month).last;
    },
  };
}
