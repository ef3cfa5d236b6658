import { randomInt } from "node:crypto";

/** Letters and digits without the ones that are mixed up when read aloud: l, I, O, 0, 1. */
const clear = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** What `charset=` may name in the comment of a setting; several are joined by commas. */
const alphabets: Record<string, string> = {
  default: clear,
  hex: "0123456789abcdef",
  alnum: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  special: `${clear}!@#$%^&*_-+=`,
  // Without what shells and connection strings give a meaning.
  safespecial: `${clear}!@%^*_-+=`,
};

/**
 * Without `length=` abra makes a passphrase of six words; Tandem makes a password of 32 letters (186 bits
 * against 77), which needs no word list.
 */
export const defaultLength = 32;
export const lengthLimits = { least: 5, most: 1024 };

/** The letters of a charset such as `hex` or `default,special`; undefined when a name in it is not known. */
export function alphabetOf(charset: string): string | undefined {
  const parts = charset
    .split(",")
    .map((name) => (Object.hasOwn(alphabets, name) ? alphabets[name] : undefined));
  if (parts.includes(undefined)) return undefined;
  return [...new Set(parts.join(""))].join("");
}

/** A new random value. Each letter is drawn by itself, so that none is likelier than another. */
export function generateSecret({ length, alphabet }: { length: number; alphabet: string }): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}
