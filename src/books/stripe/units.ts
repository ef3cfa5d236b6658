/**
 * Amounts at the border to Stripe. It counts as ISO 4217 does but for a few currencies: krónur and Ugandan shillings
 * come in hundredths that do not exist, and ariary without the digits that ISO gives them (docs.stripe.com/currencies).
 */
import { minorDigits } from "../../core/money.ts";
import { Unfit } from "../ingest/fields.ts";

const theirDigits: Partial<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };

/** Our minor units for a number of Stripe's. Throws Unfit for what is no whole minor unit. */
export function minorOf(theirs: number, currency: string): number {
  const digits = theirDigits[currency];
  if (digits === undefined) return theirs;
  const shift = minorDigits(currency) - digits;
  const ours = shift < 0 ? theirs / 10 ** -shift : theirs * 10 ** shift;
  if (!Number.isSafeInteger(ours)) throw new Unfit(`${theirs} ${currency} is no whole minor unit`);
  // -0 would be written as another amount.
  return ours === 0 ? 0 : ours;
}
