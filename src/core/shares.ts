/** Who gets how much of a piece of work. One order for all, or two places would give the last cent to two people. */
import { splitByLargestRemainder } from "./money.ts";

/** What one person gets, in ten-thousandths. The shares of a whole add up to 10,000. */
export interface Share {
  member: string;
  basisPoints: number;
}

/**
 * The part of each person in a whole (minor units, or minutes), by name: without shares all of it is its person's. The
 * parts add up to the whole; units that are left go by largest remainder, and by name where these are equal, whoever
 * was typed first.
 */
export function partsOf(
  whole: bigint,
  person: string,
  shares: readonly Share[],
): { member: string; part: bigint }[] {
  if (shares.length === 0) return [{ member: person, part: whole }];
  const sorted = [...shares].sort((a, b) => (a.member < b.member ? -1 : a.member > b.member ? 1 : 0));
  const weights = sorted.map(({ basisPoints }) => BigInt(basisPoints));
  const parts = splitByLargestRemainder(whole, weights);
  return sorted.map(({ member }, n) => ({ member, part: parts[n] ?? 0n }));
}

/** What one of them gets; nothing for whoever has no share. */
export function partOf(whole: bigint, person: string, shares: readonly Share[], member: string): bigint {
  return partsOf(whole, person, shares).find((one) => one.member === member)?.part ?? 0n;
}
