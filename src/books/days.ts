/** Days of the books. Stripe tells moments in seconds; they are days in UTC, so that no setting changes a journal. */

const dayMs = 86_400_000;

/** The day of a moment in seconds since 1970. */
export function dayOfSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
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
