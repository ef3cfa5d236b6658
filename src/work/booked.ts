/** The lines of a report as entries of books: what both journals are written from. */
import type { PayoutReport } from "./report.ts";
import type { ReportLine } from "./report-rows.ts";

/** One entry of work, owed to one person or to several. */
export interface BookedEntry {
  batch: string;
  entry: number;
  corrects: number | null;
  /** The last day of the batch's period: late work of a closed month is booked in the month that pays it. */
  on: string;
  day: string;
  person: string;
  circle: string;
  description: string;
  currency: string;
  /** Σ of the parts. */
  amountMinor: bigint;
  parts: { member: string; amountMinor: bigint }[];
}

/** In the order of the report: batch by batch as they came, each by the number of its entries. */
export function entriesOf({ lines, batches }: PayoutReport): BookedEntry[] {
  const byBatch = new Map<string, Map<number, BookedEntry>>(batches.map(({ id }) => [id, new Map()]));
  for (const line of lines) {
    const { entry, member, amountMinor } = line;
    const booked = byBatch.get(line.batch)?.get(entry) ?? newEntry(line);
    booked.amountMinor += amountMinor;
    booked.parts.push({ member, amountMinor });
    byBatch.get(line.batch)?.set(entry, booked);
  }
  return [...byBatch.values()].flatMap((ofBatch) => [...ofBatch.values()]);
}

function newEntry({
  batch,
  entry,
  corrects,
  period,
  day,
  by,
  circle,
  description,
  currency,
}: ReportLine): BookedEntry {
  const what = { batch, entry, corrects, day, person: by, circle, description, currency };
  return { ...what, on: lastDayOf(period), amountMinor: 0n, parts: [] };
}

/** The last day of a month `YYYY-MM`. */
export function lastDayOf(period: string): string {
  const [year, month] = period.split("-").map(Number);
  // Day 0 of the next month; months of Date count from 0.
  return new Date(Date.UTC(year ?? 0, month ?? 0, 0)).toISOString().slice(0, 10);
}

/** What people typed, on one line and without characters that print nothing. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, " ").trim();
}

/** Each once, by code point. */
export function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
