import { shareUnclear } from "../../core/problems/work.ts";
import type { Member, People } from "../../people/index.ts";
import { mostShares } from "../limits.ts";
import type { Share } from "../types.ts";

const whole = 10_000;

/**
 * Whose work it is and who gets how much of it. Nobody named: all of it is the speaker's. One named without a share:
 * all of it is theirs. Named with shares: the rest is the speaker's. The shares add up to 10,000; none: all of it is
 * the person's. Throws `share-unclear` and `member-unknown`.
 */
export function readShares(
  people: People,
  by: Member,
  named: readonly string[] = [],
  shares?: readonly number[],
): { person: Member; shares: Share[] } {
  const members = named.map((typed) => people.get(typed));
  const [first] = members;
  if (first === undefined) {
    if (shares !== undefined) throw shareUnclear({ why: "there is a share, but nobody to get it" });
    return { person: by, shares: [] };
  }
  const names = members.map((member) => member.name);
  if (new Set(names).size < names.length) throw shareUnclear({ why: "somebody is named twice" });
  if (members.length >= mostShares) throw shareUnclear({ why: `more than ${mostShares} people share it` });
  if (shares === undefined && members.length === 1) return { person: first, shares: [] };
  if (shares?.length !== members.length)
    throw shareUnclear({ why: counted(members.length, shares?.length ?? 0) });
  const given = names.map((member, index): Share => ({ member, basisPoints: shares[index] ?? 0 }));
  return withRest(by, first, given);
}

function withRest(by: Member, first: Member, given: Share[]): { person: Member; shares: Share[] } {
  const rest = whole - given.reduce((sum, { basisPoints }) => sum + basisPoints, 0);
  if (rest < 0) throw shareUnclear({ why: "the shares are more than the whole" });
  const isNamed = given.some(({ member }) => member === by.name);
  if (rest > 0 && isNamed) throw shareUnclear({ why: `${by.name} has a share, and something is left over` });
  if (rest === 0 && given.length === 1) return { person: first, shares: [] };
  if (rest === 0) return { person: isNamed ? by : first, shares: given };
  return { person: by, shares: [{ member: by.name, basisPoints: rest }, ...given] };
}

function counted(people: number, shares: number): string {
  return `${people === 1 ? "1 person" : `${people} people`}, but ${shares === 1 ? "1 share" : `${shares} shares`}`;
}
