import type { CsvCell } from "../core/csv.ts";
import { decimalOf } from "../core/money.ts";
import type { ReportLine, ReportPayable } from "./report-rows.ts";

const columns = [
  "period",
  "batch",
  "entry",
  "corrects",
  "day",
  "member",
  "seat",
  "circle",
  "budget",
  "kind",
  "minutes",
  "currency",
  "amount",
  "amount_minor",
  "per_hour_minor",
  "description",
  "evidence",
  "entered_by",
  "agreed_by",
  "agreed_at",
  "approval",
  "version_hash",
  "room",
  "event",
  "payable",
  "payable_state",
  "paid_through",
  "reference",
  "bank_line",
] as const;

/** The lines of a report as a table, each with the whole way of its cents. `lines` may be read as they are written. */
export function linesTable(
  lines: Iterable<ReportLine>,
  payables: readonly ReportPayable[],
): { head: readonly string[]; rows: Iterable<readonly CsvCell[]> } {
  const byId = new Map(payables.map((payable) => [payable.id, payable]));
  return { head: columns, rows: rowsOf(lines, byId) };
}

function* rowsOf(
  lines: Iterable<ReportLine>,
  payables: ReadonlyMap<string, ReportPayable>,
): Generator<readonly CsvCell[]> {
  for (const line of lines) yield rowOf(line, payables.get(payableOf(line)));
}

function rowOf(line: ReportLine, payable: ReportPayable | undefined): CsvCell[] {
  const { amountMinor, currency } = line;
  return [
    ...[line.period, line.batch, line.entry, line.corrects, line.day, line.member, line.seat],
    ...[line.circle, line.budget, line.kind, line.minutes, currency],
    { decimal: decimalOf({ amountMinor, currency }) },
    Number(amountMinor),
    ...[line.perHourMinor, line.description, line.evidence, line.by, line.agreedBy.join(" ")],
    ...[line.agreedAt, line.approval, line.hash, line.room, line.event],
    ...[payable?.id ?? null, payable?.state ?? null, payable?.how ?? null],
    ...[payable?.reference ?? null, payable?.bankLine ?? null],
  ];
}

/** The id of the payable to which a line belongs. */
export function payableOf({ batch, member, currency }: ReportLine): string {
  return `${batch}/${member}/${currency}`;
}
