/** Decisions of people, in their table. Each joins the open transaction, with its audit row. */
import type { Audit } from "../../audit/index.ts";
import { isoOf, type Clock } from "../../core/clock.ts";
import { formatMoney } from "../../core/money.ts";
import {
  bookAmountsDiffer,
  bookDecisionUnknown,
  bookItemUnknown,
  bookLineUnfit,
} from "../../core/problems/books.ts";
import { daysOfMonth } from "../../core/work-day.ts";
import type { Db } from "../../db/index.ts";
import { accounts } from "../chart.ts";
import { isLessFee } from "../match/owed.ts";
import { unkept } from "../ledger/write.ts";
import type { Run } from "../reconcile.ts";
import type { QueueItem } from "../types.ts";
import type { Decision, DecisionContent } from "./apply.ts";

/** What somebody wants to decide. JSON, so that a run can carry it. */
export interface Wanted {
  kind: Decision["kind"];
  subject: string;
  what: DecisionContent;
  why: string;
}

export interface Decisions {
  /** Those that stand, in the order in which they were taken. */
  decisions(): Decision[];
  /**
   * Looks whether it could be decided so, and about how much. Throws `book-item-unknown`, `book-line-unfit`,
   * `book-amounts-differ`.
   */
  weigh(wanted: Wanted): { currency: string; amountMinor: bigint; isAboveLimit: boolean };
  /** What of something in the queue is in suspense. Throws `book-item-unknown`, `book-line-unfit`. */
  suspenseOf(id: string): { currency: string; amountMinor: number }[];
  /** Writes the decision down and brings the books up to date. Throws as `weigh`. */
  decide(wanted: Wanted, by: string, secondedBy: string | null): { id: number; left: number };
  /** Takes a decision back. Throws `book-decision-unknown`, also for what lies in a closed month. */
  undo(id: number, by: string): { left: number };
  /** The last day of the last closed month; null: none is closed. */
  closedUntil(): string | null;
}

interface Parts {
  db: Db;
  clock: Clock;
  audit: Pick<Audit, "append">;
  secondVoiceFrom: number;
  /** What is owed and bears a reference of ours, as the bank would book its payment. */
  owed: (reference: string) => { amountMinor: bigint; currency: string } | undefined;
}

interface Row extends Omit<Decision, "what"> {
  what: string;
}

export function openDecisions(parts: Parts, run: () => Run): Decisions {
  const { db, clock, audit, secondVoiceFrom } = parts;
  const closedUntil = (): string | null => {
    const month = db.sqlite.prepare("SELECT MAX(month) FROM book_period").pluck().get() as string | null;
    return month === null ? null : daysOfMonth(month).last;
  };
  const weigh: Decisions["weigh"] = (wanted) => {
    const now = run();
    const item = itemOf(now, wanted.subject);
    assertFits(parts, wanted, item, now);
    const { currency, amountMinor } = item;
    const size = amountMinor < 0n ? -amountMinor : amountMinor;
    return { currency, amountMinor, isAboveLimit: size >= BigInt(secondVoiceFrom) };
  };
  return {
    weigh,
    closedUntil,
    suspenseOf(id) {
      const item = itemOf(run(), id);
      const amountMinor = Number(inSuspense(db, item));
      if (amountMinor === 0) throw bookLineUnfit({ id, what: "nothing of it is in suspense" });
      return [{ currency: item.currency, amountMinor }];
    },
    decisions: () => standing(db),
    decide: (wanted, by, secondedBy) =>
      db.tx(() => {
        const now = run();
        const item = itemOf(now, wanted.subject);
        assertFits(parts, wanted, item, now);
        const { kind, subject, what, why } = wanted;
        const { lastInsertRowid } = db.sqlite
          .prepare(
            `INSERT INTO book_decision (kind, source, subject, what, why, by, seconded_by, at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(kind, item.source, subject, JSON.stringify(what), why, by, secondedBy, isoOf(clock.now()));
        const id = Number(lastInsertRowid);
        audit.append({ who: by, what: "books.decided", subject, details: { ...wanted, id, secondedBy } });
        return { id, left: run().queue.length };
      }),
    undo: (id, by) =>
      db.tx(() => {
        const found = standing(db).find((one) => one.id === id);
        if (found === undefined || isClosed(db, found)) throw bookDecisionUnknown({ id });
        db.sqlite
          .prepare("UPDATE book_decision SET undone_by = ?, undone_at = ? WHERE id = ?")
          .run(by, isoOf(clock.now()), id);
        audit.append({ who: by, what: "books.undone", subject: found.subject, details: { id } });
        return { left: run().queue.length };
      }),
  };
}

function standing(db: Db): Decision[] {
  return db.sqlite
    .prepare<[], Row>(
      `SELECT id, kind, source, subject, what, why, by, seconded_by AS secondedBy, at FROM book_decision
       WHERE undone_at IS NULL ORDER BY id`,
    )
    .all()
    .map((row) => ({ ...row, what: JSON.parse(row.what) as DecisionContent }));
}

/** Whether the month of what was decided about is closed. */
function isClosed(db: Db, { source, subject }: Decision): boolean {
  const closed = db.sqlite
    .prepare("SELECT 1 FROM book_entry WHERE ref = ? AND source = ? AND is_closed = 1")
    .get(subject, source);
  return closed !== undefined;
}

function itemOf({ queue }: Run, id: string): QueueItem {
  const item = queue.find((one) => one.id === id);
  if (item === undefined) throw bookItemUnknown({ id });
  return item;
}

function assertFits(parts: Parts, { kind, subject, what }: Wanted, item: QueueItem, run: Run): void {
  const { db } = parts;
  const differ = (is: bigint, parts: bigint): never => {
    const words = (amountMinor: bigint): string => formatMoney({ amountMinor, currency: item.currency });
    throw bookAmountsDiffer({ id: subject, is: words(is), parts: words(parts) });
  };
  if (kind === "match") {
    if (!item.source.startsWith("bank:"))
      throw bookLineUnfit({ id: subject, what: "it is no line of a bank" });
    const claims = what.claims ?? [];
    if (claims.length > 0 && claims.every((id) => parts.owed(id) !== undefined)) {
      const due = claims.reduce((all, id) => all + owedBy(parts, run, id, item), 0n);
      const isLess = claims.length === 1 && isLessFee(item.amountMinor, due);
      if (item.amountMinor !== due && item.amountMinor !== -due && !isLess) differ(item.amountMinor, due);
      return;
    }
    const claimed = claims.map((id) => claimedBy(db, id, item.currency));
    const sum = claimed.reduce((all, one) => all + one, 0n);
    if (claimed.length === 0 || sum !== item.amountMinor) differ(item.amountMinor, sum);
  }
  if (kind === "split" || kind === "writeoff") {
    const given = what.parts ?? [];
    if (given.some(({ currency }) => currency !== item.currency))
      throw bookLineUnfit({ id: subject, what: `its parts are not all in ${item.currency}` });
    const suspense = inSuspense(db, item);
    if (suspense === 0n) throw bookLineUnfit({ id: subject, what: "nothing of it is in suspense" });
    const sum = given.reduce((all, { amountMinor }) => all + BigInt(amountMinor), 0n);
    if (sum !== suspense) differ(suspense, sum);
  }
}

/** What the bank should show of it. Throws `book-line-unfit` where the line is neither its payment nor its return. */
function owedBy({ owed }: Parts, run: Run, id: string, { currency, amountMinor }: QueueItem): bigint {
  const one = owed(id);
  if (one?.currency !== currency) throw bookLineUnfit({ id, what: `it is not in ${currency}` });
  const isPaid = run.owed.some(({ reference, isPaid: is }) => reference === id && is);
  const isReturn = amountMinor < 0n !== one.amountMinor < 0n;
  if (isPaid !== isReturn)
    throw bookLineUnfit({
      id,
      what: isPaid ? "it is paid already" : "it is not paid, so nothing comes back",
    });
  return one.amountMinor;
}

/** How much of an entry is in suspense. */
function inSuspense(db: Db, { source, id, currency }: QueueItem): bigint {
  const rows = db.sqlite
    .prepare<[string, string], string>("SELECT postings FROM book_entry WHERE ref = ? AND source = ?")
    .pluck()
    .all(id, source);
  return rows
    .flatMap(unkept)
    .filter((posting) => posting.account === accounts.suspense && posting.currency === currency)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

/** What the bank should show of a payout or an expense. Throws `book-line-unfit`. */
function claimedBy(db: Db, id: string, currency: string): bigint {
  const payout = db.sqlite
    .prepare("SELECT json FROM book_fact WHERE kind = 'payout' AND ext = ? ORDER BY version LIMIT 1")
    .pluck()
    .get(id) as string | undefined;
  if (payout !== undefined) {
    const found = JSON.parse(payout) as { amount: number; currency: string };
    if (found.currency !== currency) throw bookLineUnfit({ id, what: `it is not in ${currency}` });
    return BigInt(found.amount);
  }
  const expense = db.sqlite
    .prepare<[string], string>(
      "SELECT postings FROM book_entry WHERE ref = ? AND source = 'opencollective' AND kind = 'expense'",
    )
    .pluck()
    .get(id);
  if (expense === undefined)
    throw bookLineUnfit({ id, what: "it is no payout, no expense, and nothing that is owed" });
  return unkept(expense)
    .filter((posting) => posting.account === accounts.collective && posting.currency === currency)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}
