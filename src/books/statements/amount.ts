/** Numbers of statements in minor units, exactly or not at all. */
import { minorDigits } from "../../core/money.ts";

/** Of what the database can hold as a number (2^53). */
const tooMuch = 9_007_199_254_740_992n;

/**
 * A number without signs that group thousands, such as `-12.5`, in minor units of the currency. Undefined where it is
 * none, has more decimals than the currency (zeros at its end aside), or is more than can be kept.
 */
export function exactMinor(number: string, decimal: "." | ",", currency: string): bigint | undefined {
  const match = /^([+-]?)(\d{0,30})(?:([.,])(\d{0,30}))?$/.exec(number);
  if (match === null) return undefined;
  const [, sign = "", whole = "", separator = decimal, part = ""] = match;
  if (whole + part === "" || separator !== decimal) return undefined;
  const digits = minorDigits(currency);
  if (/[^0]/.test(part.slice(digits))) return undefined;
  const amount = BigInt(whole + part.slice(0, digits).padEnd(digits, "0"));
  if (amount >= tooMuch) return undefined;
  return sign === "-" ? -amount : amount;
}

/** An ISO currency code as files write it, or undefined. */
export function currencyOf(text: string): string | undefined {
  return /^[A-Z]{3}$/.test(text) ? text : undefined;
}
