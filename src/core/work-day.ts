/** Days of work: calendar days as `YYYY-MM-DD`, in the time zone of the person who worked. No time of the day. */

const dayMs = 86_400_000;
const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** The calendar day on which a moment (ms since 1970) falls in a time zone. */
export function dayIn(timeZone: string, atMs: number): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    timeZone,
  });
  return parts.format(atMs);
}

/** So many days later (or earlier). */
export function addDays(day: string, days: number): string {
  return new Date(msOf(day) + days * dayMs).toISOString().slice(0, 10);
}

/** How many days the second is after the first. */
export function daysBetween(first: string, second: string): number {
  return Math.round((msOf(second) - msOf(first)) / dayMs);
}

/** The month of a day, `YYYY-MM`. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** The first and the last day of a month. */
export function daysOfMonth(month: string): { first: string; last: string; count: number } {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { first: `${month}-01`, last: `${month}-${String(count).padStart(2, "0")}`, count };
}

/**
 * A day as people type it: `today`, `yesterday`, `monday` (the last one, today included; `mon` does too) or
 * `2026-10-03`. Undefined where it is none, also for days that no calendar has (`2026-02-30`).
 */
export function readDay(typed: string, today: string): string | undefined {
  const text = typed.trim().toLowerCase();
  if (text === "today") return today;
  if (text === "yesterday") return addDays(today, -1);
  const wanted = weekdays.findIndex((name) => name === text || (text.length === 3 && name.startsWith(text)));
  if (wanted >= 0) return addDays(today, -((weekdayOf(today) - wanted + 7) % 7));
  return isDay(text) ? text : undefined;
}

/** Whether it is a day of the calendar, written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = msOf(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Whether the name of a time zone is known here. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** When the wall clock of a time zone shows this hour on this day, ms since 1970; in a gap in spring the hour after. */
export function momentOf(day: string, hour: number, timeZone: string): number {
  const wanted = msOf(day) + hour * 3_600_000;
  // Twice, because the first answer may lie on the other side of a change of the clocks.
  const first = wanted - offsetMs(timeZone, wanted);
  return wanted - offsetMs(timeZone, first);
}

function offsetMs(timeZone: string, atMs: number): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    ...({ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const),
    hourCycle: "h23",
    timeZone,
  });
  const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part as Record<string, number | undefined>;
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(atMs / 60_000) * 60_000;
}

function weekdayOf(day: string): number {
  return new Date(msOf(day)).getUTCDay();
}

function msOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
