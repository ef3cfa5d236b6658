/** An amount of money: whole minor units and an ISO 4217 code. */
export interface Money {
  amountMinor: bigint;
  currency: string;
}

/** ISO 4217 minor digits where they are not 2. */
const digitsByCurrency: Record<string, number> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

/** How many minor digits a currency has (0, 2 or 3). */
export function minorDigits(currency: string): number {
  return digitsByCurrency[currency] ?? 2;
}

/** The amount as people write it, such as `EUR 12.50` or `JPY 1200`. */
export function formatMoney(money: Money): string {
  return `${money.currency} ${decimalOf(money)}`;
}

/** The number alone, with all the digits of its currency, such as `12.50`, `-0.05` or `1200`. */
export function decimalOf({ amountMinor, currency }: Money): string {
  const digits = minorDigits(currency);
  const sign = amountMinor < 0n ? "-" : "";
  const whole = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(digits + 1, "0");
  return `${sign}${digits === 0 ? whole : `${whole.slice(0, -digits)}.${whole.slice(-digits)}`}`;
}

/** Codes that people write as one sign. */
const signs: Record<string, string> = { "€": "EUR", "£": "GBP", $: "USD", "¥": "JPY" };

/**
 * An amount as people type it, with its currency before or after: `EUR250`, `12.50 eur`, `€12,50`, `-5GBP`. Undefined
 * where it is none, where the currency is not said, or where there are more decimals than the currency has.
 */
export function readMoney(typed: string): Money | undefined {
  const text = typed.replaceAll(/\s/g, "").replace(/[€£$¥]/, (sign) => signs[sign] ?? sign);
  const match = /^(?:([a-z]{3})(-?\d[\d.,]*)|(-?\d[\d.,]*)([a-z]{3}))$/i.exec(text);
  const number = match?.[2] ?? match?.[3];
  const currency = (match?.[1] ?? match?.[4])?.toUpperCase();
  if (number === undefined || currency === undefined) return undefined;
  const amountMinor = readMinor(number, currency);
  return amountMinor === undefined ? undefined : { amountMinor, currency };
}

/** `1234.50` or `1234,50` in minor units. A sign that groups thousands is refused: who reads it must not guess. */
export function readMinor(number: string, currency: string): bigint | undefined {
  const match = /^(-?)(\d{1,15})(?:[.,](\d{1,3}))?$/.exec(number);
  if (match === null) return undefined;
  const [, sign = "", whole = "", part = ""] = match;
  const digits = minorDigits(currency);
  if (part.length > digits) return undefined;
  const amount = BigInt(whole + part.padEnd(digits, "0"));
  return sign === "-" ? -amount : amount;
}

/** `dividend / divisor`, rounded half away from zero (what people call "half up"). The divisor is above zero. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const positive = dividend < 0n ? -dividend : dividend;
  const rounded = (2n * positive + divisor) / (2n * divisor);
  return dividend < 0n ? -rounded : rounded;
}

/**
 * Splits an amount by weights so that the parts add up to it exactly: each gets the whole units of its share, and the
 * units that are left go to the largest remainders, in the order given where these are equal (Hamilton's method).
 * The weights are not negative and not all zero. A negative amount is split like its positive and turned.
 */
export function splitByLargestRemainder(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  if (whole <= 0n || weights.some((weight) => weight < 0n)) throw new RangeError("weights add up to nothing");
  if (amount < 0n) return splitByLargestRemainder(-amount, weights).map((part) => -part);
  const parts = weights.map((weight) => (amount * weight) / whole);
  const left = amount - parts.reduce((sum, part) => sum + part, 0n);
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (amount * weight) % whole }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1));
  for (const { index } of byRemainder.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}
