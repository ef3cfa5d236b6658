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
export function formatMoney({ amountMinor, currency }: Money): string {
  const digits = minorDigits(currency);
  const sign = amountMinor < 0n ? "-" : "";
  const whole = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(digits + 1, "0");
  const number = digits === 0 ? whole : `${whole.slice(0, -digits)}.${whole.slice(-digits)}`;
  return `${currency} ${sign}${number}`;
}
