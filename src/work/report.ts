/**
 * The payout report: a pure function of its rows. The same rows in any order give the same report, and every sum in
 * it is the sum of lines that it lists.
 */
import type {
  GivenWork,
  ReportBatch,
  ReportDispute,
  ReportLine,
  ReportPayable,
  ReportRows,
} from "./report-rows.ts";

/** What was worked and is paid under one name, in one currency. */
export interface Sum {
  /** A person, circle, budget, seat or period. Empty: work without a budget, a person without a seat. */
  name: string;
  currency: string;
  amountMinor: bigint;
  /** Of the lines that say a time. */
  minutes: number;
  lines: number;
}

/** What one person gave without pay. */
export interface GivenSum {
  member: string;
  volunteerMinutes: number;
  /** Entries in kind; they need not say a time. */
  inKind: number;
  /** Time for which the same person is paid in the report. */
  paidMinutes: number;
}

export interface PayoutReport {
  batches: readonly ReportBatch[];
  /** One per currency, `name` empty. */
  totals: Sum[];
  persons: Sum[];
  circles: Sum[];
  budgets: Sum[];
  seats: Sum[];
  periods: Sum[];
  lines: readonly ReportLine[];
  payables: readonly ReportPayable[];
  /** Patronage: never payable, in no sum above. */
  given: { work: readonly GivenWork[]; persons: GivenSum[]; minutes: number; paidMinutes: number };
  disputes: readonly ReportDispute[];
}

/** The report of these rows. */
export function reportOf(rows: ReportRows): PayoutReport {
  const lines = inOrder(
    rows.lines,
    (a, b) => byText(a.batch, b.batch) || a.entry - b.entry || byText(a.member, b.member),
  );
  const given = inOrder(rows.given, (a, b) => a.entry - b.entry || byText(a.member, b.member));
  const persons = sumsBy(lines, ({ member }) => member);
  const totals = sumsBy(lines, () => "");
  const paidMinutes = totals.reduce((sum, { minutes }) => sum + minutes, 0);
  return {
    batches: inOrder(
      rows.batches,
      (a, b) => byText(a.period, b.period) || byText(a.publishedAt, b.publishedAt) || byText(a.id, b.id),
    ),
    totals,
    persons,
    circles: sumsBy(lines, ({ circle }) => circle),
    budgets: sumsBy(lines, ({ budget }) => budget ?? ""),
    seats: sumsBy(lines, ({ seat }) => seat ?? ""),
    periods: sumsBy(lines, ({ period }) => period),
    lines,
    payables: inOrder(rows.payables, (a, b) => byText(a.batch, b.batch) || byText(a.id, b.id)),
    given: { work: given, persons: givenBy(given, persons), minutes: minutesOf(given), paidMinutes },
    disputes: inOrder(
      rows.disputes,
      (a, b) => a.entry - b.entry || byText(a.at, b.at) || byText(a.by, b.by) || byText(a.why, b.why),
    ),
  };
}

/** Lines, payables, disputes and given work of one person; the sums of the whole by total, circle and budget stay. */
export function partOf(report: PayoutReport, member: string): PayoutReport {
  const mine = <T extends { member: string }>(all: readonly T[]): T[] =>
    all.filter((one) => one.member === member);
  const { work, persons, ...given } = report.given;
  return {
    ...report,
    persons: report.persons.filter(({ name }) => name === member),
    // A seat may be one person.
    seats: [],
    lines: mine(report.lines),
    payables: mine(report.payables),
    given: { ...given, work: mine(work), persons: mine(persons) },
    disputes: report.disputes.filter(({ person, by }) => person === member || by === member),
  };
}

function sumsBy(lines: readonly ReportLine[], nameOf: (line: ReportLine) => string): Sum[] {
  const sums = new Map<string, Map<string, Sum>>();
  for (const line of lines) {
    const name = nameOf(line);
    const { currency } = line;
    let ofName = sums.get(name);
    if (ofName === undefined) sums.set(name, (ofName = new Map<string, Sum>()));
    let sum = ofName.get(currency);
    if (sum === undefined)
      ofName.set(currency, (sum = { name, currency, amountMinor: 0n, minutes: 0, lines: 0 }));
    sum.amountMinor += line.amountMinor;
    sum.minutes += line.minutes ?? 0;
    sum.lines++;
  }
  return [...sums.values()]
    .flatMap((ofName) => [...ofName.values()])
    .sort((a, b) => byText(a.name, b.name) || byText(a.currency, b.currency));
}

function givenBy(given: readonly GivenWork[], persons: readonly Sum[]): GivenSum[] {
  const sums = new Map<string, GivenSum>();
  for (const { member, kind, minutes } of given) {
    const sum = sums.get(member) ?? { member, volunteerMinutes: 0, inKind: 0, paidMinutes: 0 };
    if (kind === "in-kind") sum.inKind++;
    else sum.volunteerMinutes += minutes ?? 0;
    sums.set(member, sum);
  }
  for (const { name, minutes } of persons) {
    const sum = sums.get(name);
    if (sum !== undefined) sum.paidMinutes += minutes;
  }
  return [...sums.values()].sort((a, b) => byText(a.member, b.member));
}

function minutesOf(given: readonly GivenWork[]): number {
  return given.reduce((sum, { kind, minutes }) => sum + (kind === "volunteer" ? (minutes ?? 0) : 0), 0);
}

/** Sorted; what comes in order, as it does from the database, is left as it is. */
function inOrder<T>(all: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  const isSorted = all.every((one, n) => n === 0 || compare(all[n - 1] as T, one) <= 0);
  return isSorted ? all : [...all].sort(compare);
}

/** By code point: the same on every machine. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
