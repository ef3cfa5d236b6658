/** How long an IBAN is in each country (ISO 13616); SEPA countries and some around them. */
const lengths: Record<string, number> = {
  AD: 24,
  AL: 28,
  AT: 20,
  BE: 16,
  BG: 22,
  CH: 21,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  EE: 20,
  ES: 24,
  FI: 18,
  FO: 18,
  FR: 27,
  GB: 22,
  GI: 23,
  GL: 18,
  GR: 27,
  HR: 21,
  HU: 28,
  IE: 22,
  IS: 26,
  IT: 27,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MT: 31,
  NL: 18,
  NO: 15,
  PL: 28,
  PT: 25,
  RO: 24,
  RS: 22,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  VA: 22,
};

/** An IBAN without spaces and in capitals, as it goes into a file. */
export function bareIban(typed: string): string {
  return typed.replaceAll(/\s/g, "").toUpperCase();
}

/** What is wrong with a bare IBAN, in words; undefined: nothing. The number itself is never repeated. */
export function ibanFault(iban: string): string | undefined {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{1,30}$/.test(iban)) return "the IBAN has signs where they do not belong";
  const country = iban.slice(0, 2);
  const length = lengths[country];
  if (length === undefined) return `the IBAN is of a country (${country}) to which no SEPA transfer goes`;
  if (iban.length !== length) return `the IBAN has ${iban.length} signs and not ${length}`;
  return remainder(iban) === 1 ? undefined : "the IBAN has a wrong check number";
}

/** ISO 7064, MOD 97-10: the first four signs go to the end, letters count as 10 to 35. */
function remainder(iban: string): number {
  const turned = iban.slice(4) + iban.slice(0, 4);
  return Array.from(turned).reduce((rest, sign) => {
    const value = Number.parseInt(sign, 36);
    return (rest * (value > 9 ? 100 : 10) + value) % 97;
  }, 0);
}

/** ISO 9362, as the message definition has it (BICFIDec2014Identifier). */
export const bicPattern = /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/;
