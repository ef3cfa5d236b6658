/** A part of the day, such as `02:00-05:00`, as settings write it. */

/** Minutes since midnight; `until` is not in it any more. `until` before `from`: over midnight. */
export interface DayWindow {
  from: number;
  until: number;
}

/** Reads `HH:MM-HH:MM`; undefined when it is none, or when both ends are the same. `24:00` is the day's end. */
export function readWindow(text: string): DayWindow | undefined {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [hour = 0, minute = 0, lastHour = 0, lastMinute = 0] = match.slice(1).map(Number);
  const from = hour * 60 + minute;
  const until = lastHour * 60 + lastMinute;
  const fits = minute < 60 && lastMinute < 60 && from < 1440 && until <= 1440;
  return fits && from !== until && !(from === 0 && until === 0) ? { from, until } : undefined;
}

/**
 * Whether the wall clock of a time zone shows a time of the window. An hour that is skipped in spring is in no
 * window, one that comes twice in autumn is in it twice.
 */
export function isWithin({ from, until }: DayWindow, atMs: number, timeZone: string): boolean {
  const minute = minuteOfDay(atMs, timeZone);
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

/** The cron line of the window's beginning, each day. */
export function cronOf({ from }: DayWindow): string {
  return `${from % 60} ${Math.floor(from / 60)} * * *`;
}

/** Minutes since midnight on the wall clock of a time zone. */
export function minuteOfDay(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  });
  const [hour = "0", minute = "0"] = format.format(atMs).split(":");
  return Number(hour) * 60 + Number(minute);
}
