/** Days as banks write them. How they are written is said by the format or by a mapping, and never guessed. */

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `YYYY-MM-DD` of a day that the calendar has, in the years that statements are of; undefined for others. */
export function dayFrom(year: number, month: number, day: number): string | undefined {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = month === 2 && isLeap ? 29 : lengths[month - 1];
  if (length === undefined || !(day >= 1 && day <= length) || !(year >= 1970 && year <= 2199))
    return undefined;
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** The day of an ISO date or date and time, as the bank's own clock had it. */
export function isoDay(text: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:Z|[+-]\d{2}:\d{2}|T[\d:.]{5,20}(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    text,
  );
  return match === null ? undefined : dayFrom(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** `261126`, in this century. */
export function shortDay(text: string): string | undefined {
  if (!/^\d{6}$/.test(text)) return undefined;
  return dayFrom(2000 + Number(text.slice(0, 2)), Number(text.slice(2, 4)), Number(text.slice(4)));
}

/** The day `MMDD` of the nearest year: an entry of 31 December may have a value date of the next one. */
export function dayNear(monthDay: string, near: string): string | undefined {
  const [month, day] = [Number(monthDay.slice(0, 2)), Number(monthDay.slice(2))];
  const later = month - Number(near.slice(5, 7));
  const year = Number(near.slice(0, 4)) + (later > 6 ? -1 : later < -6 ? 1 : 0);
  return dayFrom(year, month, day);
}

export type DayReader = (text: string) => string | undefined;

/** Whether a pattern names year, month and day once each. */
export function isDayPattern(pattern: string): boolean {
  const parts = pattern.match(/YYYY|YY|MM?|DD?/g) ?? [];
  const rest = pattern.replaceAll(/YYYY|YY|MM?|DD?/g, "");
  return (
    parts
      .map((part) => part.charAt(0))
      .sort()
      .join("") === "DMY" && /^[-./ ]{0,4}$/.test(rest)
  );
}

/**
 * Reads days of a pattern such as `DD.MM.YYYY`, `D/M/YY` (one digit or two) or `YYYYMMDD`. A time may follow after a
 * space or a T: it changes nothing about the day.
 */
export function dayReader(pattern: string): DayReader {
  const order = (pattern.match(/YYYY|YY|MM?|DD?/g) ?? []).map((part) => part.charAt(0));
  const body = pattern
    .replaceAll(".", String.raw`\.`)
    .replaceAll(/YYYY|YY|MM|M|DD|D/g, (part) =>
      part.length === 1 ? String.raw`(\d{1,2})` : String.raw`(\d{${part.length}})`,
    );
  const whole = new RegExp(`^${body}(?:[ T][\\d:.]{4,20}(?:Z|[+-]\\d{2}:?\\d{2})?)?$`);
  const known = new Map<string, string | undefined>();
  const read: DayReader = (text) => {
    const match = whole.exec(text);
    if (match === null) return undefined;
    const part = (letter: string): number => Number(match[order.indexOf(letter) + 1]);
    const year = part("Y");
    return dayFrom(year < 100 ? 2000 + year : year, part("M"), part("D"));
  };
  return (text) => {
    if (known.has(text)) return known.get(text);
    const day = read(text);
    if (known.size < 10_000) known.set(text, day);
    return day;
  };
}
