/** Closing a month: what treasurers agree to, and the moment from which nothing in it changes. */
import type { Audit } from "../audit/index.ts";
import { hashOf } from "../core/canonical.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { formatMoney } from "../core/money.ts";
import { monthNotClean, monthNotToClose } from "../core/problems/books.ts";
import { daysOfMonth } from "../core/work-day.ts";
import type { Db } from "../db/index.ts";
import { accounts } from "./chart.ts";
import { plusDays } from "./days.ts";
import { balances, ledgerEntries } from "./ledger/read.ts";
import type { Run } from "./reconcile.ts";
import type { Decision } from "./decisions/apply.ts";
import { sectionsOf, type Part, type Section } from "./sections.ts";
import type { OwnNames } from "./own-names.ts";

/** What an account held, what came and went, what it held then; in minor units. */
export interface ReportRow {
  account: string;
  currency: string;
  opening: number;
  moved: number;
  closing: number;
}

/** A month as treasurers agree to it. JSON. */
export interface MonthReport {
  month: string;
  /** Each place where money lies. */
  places: ReportRow[];
  /** All other accounts. */
  others: ReportRow[];
  /** For each place: what moved it, what was transferred, what is left there. Months closed earlier may lack it. */
  sections?: Section[];
  /** What came of Stripe's payouts that are not settled. */
  payouts: { id: string; state: string }[];
  proofs: { proof: string; currency: string; difference: number; ok: boolean; note: string }[];
  decisions: {
    id: number;
    kind: string;
    subject: string;
    why: string;
    by: string;
    secondedBy: string | null;
  }[];
  entries: number;
  /** Of all its entries: the month that is closed is the one that was looked at. */
  journal: string;
}

export interface ClosedMonth {
  month: string;
  closedAt: string;
  closedBy: string[];
  hash: string;
  report: MonthReport;
}

export interface Closing {
  /** What would be closed. Throws `month-not-to-close`, `month-not-clean`. */
  monthReport(month: string): { report: MonthReport; hash: string };
  /** Closes it if it still is what was agreed to; false: it has to be asked anew. Joins the open transaction. */
  close(month: string, hash: string, by: readonly string[], run: string): boolean;
  closed(): ClosedMonth[];
}

interface Parts {
  db: Db;
  clock: Clock;
  audit: Pick<Audit, "append">;
  names: OwnNames;
}

export function openClosing(
  { db, clock, audit, names }: Parts,
  decisions: () => Decision[],
  run: () => Run,
): Closing {
  const reported: Closing["monthReport"] = (month) => {
    const now = run();
    assertMayClose(db, month, isoOf(clock.now()).slice(0, 10));
    const report = reportOf({ db, names }, month, now, decisions());
    // What is heard of later months meanwhile changes proofs and payouts, and not what is agreed to.
    const { places, others, entries, journal } = report;
    return { report, hash: hashOf({ month, places, others, entries, journal }) };
  };
  return {
    monthReport(month) {
      const { report, hash } = reported(month);
      return { report: shownReport(report, names), hash };
    },
    close: (month, hash, by, runId) =>
      db.tx(() => {
        const now = reported(month);
        if (now.hash !== hash) return false;
        db.sqlite
          .prepare("UPDATE book_entry SET is_closed = 1 WHERE date <= ? AND is_closed = 0")
          .run(daysOfMonth(month).last);
        db.sqlite
          .prepare(
            "INSERT INTO book_period (month, closed_at, closed_by, run, hash, report) VALUES (?, ?, ?, ?, ?, ?)",
          )
          .run(month, isoOf(clock.now()), JSON.stringify(by), runId, hash, JSON.stringify(now.report));
        audit.append({
          who: "tandem",
          what: "books.closed",
          subject: month,
          details: { by, hash, run: runId },
        });
        run();
        return true;
      }),
    closed: () =>
      db.sqlite
        .prepare<[], Record<"month" | "closedAt" | "closedBy" | "hash" | "report", string>>(
          `SELECT month, closed_at AS closedAt, closed_by AS closedBy, hash, report FROM book_period
           ORDER BY month DESC`,
        )
        .all()
        .map((row) => ({
          ...row,
          closedBy: JSON.parse(row.closedBy) as string[],
          report: shownReport(JSON.parse(row.report) as MonthReport, names),
        })),
  };
}

/** Months are closed in order, each once, and only when they are over. */
function assertMayClose(db: Db, month: string, today: string): void {
  const refuse = (why: string): never => {
    throw monthNotToClose({ month, why });
  };
  if (daysOfMonth(month).last >= today) refuse("it is not over yet");
  const closed = db.sqlite.prepare("SELECT MAX(month) FROM book_period").pluck().get() as string | null;
  if (closed !== null && month <= closed) refuse(`${closed} is closed already`);
  // Opening balances are of no month of theirs: they are closed with the first one.
  const first = db.sqlite
    .prepare("SELECT MIN(date) FROM book_entry WHERE is_closed = 0 AND source <> 'opening'")
    .pluck()
    .get() as string | null;
  const next = closed === null ? first?.slice(0, 7) : plusDays(daysOfMonth(closed).last, 1).slice(0, 7);
  if (next === undefined) refuse("nothing is booked in it");
  else if (month > next) refuse(`${next} comes before it and is open`);
}

/** A report is kept, and agreed to, by the default names: what is called otherwise later stays the same. */
function shownReport(report: MonthReport, { shown }: OwnNames): MonthReport {
  const row = (one: ReportRow): ReportRow => ({ ...one, account: shown(one.account) });
  return {
    ...report,
    ...{ places: report.places.map(row), others: report.others.map(row) },
    ...(report.sections !== undefined && {
      sections: report.sections.map((one) => shownSection(one, shown)),
    }),
    proofs: report.proofs.map((one) => ({ ...one, proof: shown(one.proof) })),
  };
}

function shownSection(section: Section, shown: OwnNames["shown"]): Section {
  const part = (one: Part): Part => ({ ...one, account: shown(one.account) });
  const { place, activity, left } = section;
  return { ...section, place: shown(place), activity: activity.map(part), left: left.map(part) };
}

function reportOf(
  { db, names }: Pick<Parts, "db" | "names">,
  month: string,
  run: Run,
  decisions: readonly Decision[],
): MonthReport {
  const { first, last } = daysOfMonth(month);
  const waiting = run.queue.filter(({ date }) => date <= last).length;
  const off = run.proofs.filter(({ ok }) => !ok);
  if (waiting > 0 || off.length > 0)
    throw monthNotClean({
      ...{ month, waiting },
      off: off.map(({ proof, currency, differenceMinor, note }) =>
        differenceMinor === 0n && proof === accounts.transit
          ? `${names.shown(proof)} (${note})`
          : `${names.shown(proof)} by ${formatMoney({ amountMinor: differenceMinor, currency })}`,
      ),
    });
  const rows = rowsOf(balances(db.sqlite, plusDays(first, -1)), balances(db.sqlite, last));
  const entries = [...ledgerEntries(db.sqlite, month)];
  const isPlace = ({ account }: ReportRow): boolean =>
    account.startsWith("assets:") || account === accounts.suspense;
  return {
    ...{ month, places: rows.filter(isPlace), others: rows.filter((row) => !isPlace(row)) },
    sections: sectionsOf(db.sqlite, month, last, run),
    payouts: Object.entries(run.states)
      .filter(([id, state]) => id.startsWith("po_") && state !== "matched")
      .map(([id, state]) => ({ id, state })),
    proofs: run.proofs.map(({ proof, currency, differenceMinor, ok, note }) => ({
      ...{ proof, currency, difference: Number(differenceMinor), ok, note },
    })),
    decisions: decisionsOf(db, last, decisions).map(({ id, kind, subject, why, by, secondedBy }) => ({
      ...{ id, kind, subject, why, by, secondedBy },
    })),
    // Of which payouts they are is often told later, and nothing that anybody agrees to.
    ...{ entries: entries.length, journal: hashOf(entries.map(({ payout: _, ...entry }) => entry)) },
  };
}

/** Those that no month that is closed lists, and that are not about something of a later month. */
function decisionsOf(db: Db, last: string, decisions: readonly Decision[]): Decision[] {
  const reports = db.sqlite.prepare<[], string>("SELECT report FROM book_period").pluck().all();
  const listed = new Set(
    reports.flatMap((json) => (JSON.parse(json) as MonthReport).decisions.map(({ id }) => id)),
  );
  const dateOf = db.sqlite
    .prepare<[string, string], string | null>("SELECT MIN(date) FROM book_entry WHERE ref = ? AND source = ?")
    .pluck();
  return decisions.filter(
    ({ id, subject, source }) => !listed.has(id) && (dateOf.get(subject, source) ?? last) <= last,
  );
}

type Balances = ReturnType<typeof balances>;

function rowsOf(before: Balances, after: Balances): ReportRow[] {
  return [...after].flatMap(([account, of]) =>
    [...of].map(([currency, sum]) => {
      const opening = before.get(account)?.get(currency) ?? 0n;
      const [from, to] = [Number(opening), Number(sum)];
      return { account, currency, opening: from, moved: to - from, closing: to };
    }),
  );
}
