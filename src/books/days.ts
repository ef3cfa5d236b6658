/** Days of the books. Stripe tells moments in seconds; they are days in UTC, so that no setting changes a journal. */

const dayMs = 86_400_000;

/** Days by their number since 1970: writing one takes longer than all else that is done with a transaction's date. */
const known = new Map<number, string>();

/** The day of a moment in seconds since 1970. */
export function dayOfSeconds(seconds: number): string {
  const number = Math.floor((seconds * 1000) / dayMs);
  const day = known.get(number) ?? new Date(number * dayMs).toISOString().slice(0, 10);
  if (known.size < 40_000) known.set(number, day);
  return day;
}

export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** So many business days later, or earlier. Saturdays and Sundays are none; bank holidays are not known here. */
export function plusBusinessDays(day: string, days: number): string {
  const step = Math.sign(days);
  let at = day;
  for (let left = Math.abs(days); left > 0;) {
    at = plusDays(at, step);
    if (isBusinessDay(at)) left -= 1;
  }
  return at;
}

function isBusinessDay(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}
