/**
 * Amounts at the border. Open Collective counts hundredths of every currency: it keeps 1 yen as 100, as it does for
 * all that have no smaller unit, and has no way to write a thousandth. We count minor units as ISO 4217 does.
 */
import { minorDigits, type Money } from "./money.ts";

/** Their digits for every currency. */
const theirDigits = 2;
/** An Int of GraphQL. */
const mostCents = 2n ** 31n - 1n;

/** Their number for an amount of ours; undefined where it cannot be said exactly, or is not above zero. */
export function centsOf({ amountMinor, currency }: Money): number | undefined {
  const shift = theirDigits - minorDigits(currency);
  const scale = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && amountMinor % scale !== 0n) return undefined;
  const cents = shift < 0 ? amountMinor / scale : amountMinor * scale;
  return cents > 0n && cents <= mostCents ? Number(cents) : undefined;
}

/** Our amount for a number of theirs; undefined where it is no whole minor unit (half a yen). */
export function moneyOf(cents: number, currency: string): Money | undefined {
  if (!Number.isSafeInteger(cents)) return undefined;
  const shift = theirDigits - minorDigits(currency);
  const scale = 10n ** BigInt(Math.abs(shift));
  const theirs = BigInt(cents);
  if (shift > 0 && theirs % scale !== 0n) return undefined;
  return { amountMinor: shift > 0 ? theirs / scale : theirs * scale, currency };
}
