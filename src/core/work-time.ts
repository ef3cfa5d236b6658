/** How long somebody worked, as people type and read it. */

/** No entry is longer than this: 366 days. More is a slip of the finger. */
export const longestMinutes = 366 * 24 * 60;

const forms: [RegExp, (parts: readonly string[]) => number][] = [
  // 2h, 2h30, 2h30m, 2.5h, 2,5h
  [/^(\d{1,4})h(?:(\d{1,2})m?)?$/, ([hours, minutes]) => Number(hours) * 60 + under60(minutes ?? "0")],
  [/^(\d{1,4})[.,](\d{1,4})h$/, ([whole = "", part = ""]) => decimalHours(whole, part)],
  // 150m, 150min
  [/^(\d{1,5})m(?:in)?$/, ([minutes]) => Number(minutes)],
  // 2:30
  [/^(\d{1,4}):(\d{2})$/, ([hours, minutes = ""]) => Number(hours) * 60 + under60(minutes)],
];

/**
 * The minutes that a typed time means: `2h`, `2h30`, `2.5h`, `2,5h`, `150m`, `2:30`. Undefined where it is no such
 * form, where it is no whole number of minutes (`0.333h`), nothing at all (`0h`) or more than a year.
 */
export function readDuration(typed: string): number | undefined {
  const text = typed.toLowerCase().replaceAll(/\s/g, "");
  for (const [form, minutesOf] of forms) {
    const match = form.exec(text);
    if (match === null) continue;
    const minutes = minutesOf(match.slice(1));
    return Number.isInteger(minutes) && minutes > 0 && minutes <= longestMinutes ? minutes : undefined;
  }
  return undefined;
}

/** The time as people read it, such as `2 h 30`, `45 min`, `-1 h`. */
export function formatDuration(minutes: number): string {
  const whole = Math.abs(minutes);
  const sign = minutes < 0 ? "-" : "";
  const hours = Math.floor(whole / 60);
  const rest = whole % 60;
  if (hours === 0) return `${sign}${rest} min`;
  return rest === 0 ? `${sign}${hours} h` : `${sign}${hours} h ${String(rest).padStart(2, "0")}`;
}

/** `2:90` is no time. */
function under60(minutes: string): number {
  return Number(minutes) < 60 ? Number(minutes) : Number.NaN;
}

/** In whole numbers: 2.55 × 60 is not 153 in binary fractions. */
function decimalHours(whole: string, part: string): number {
  const scale = 10 ** part.length;
  return (Number(whole + part) * 60) / scale;
}
