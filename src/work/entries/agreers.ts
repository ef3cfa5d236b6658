import { formatMoney, readMoney } from "../../core/money.ts";
import type { MemberName } from "../../core/terms.ts";
import { findBudget } from "../ground/budgets.ts";
import { findCircle } from "../ground/circles.ts";
import type { WorkParts } from "../parts.ts";
import type { Entry } from "../types.ts";

export interface Agreers {
  only: MemberName[];
  beneficiaries: MemberName[];
  needed: number;
}

/**
 * Whose voices count for an entry as people are now: the maintainers of its circle and the stewards of its budget. No
 * voice: whose work it is, who entered it, who has a share in it, and (unless the settings allow it) who sits on a seat
 * with one of these. A person's accounts are one person everywhere, so that no second account helps.
 */
export function agreersOf({ db, people, settings }: WorkParts, entry: Entry): Agreers {
  const beneficiaries = [...new Set([entry.person, entry.by, ...entry.shares.map(({ member }) => member)])];
  const seats = new Set([entry.seat, ...beneficiaries.map((name) => people.byName(name)?.seat ?? null)]);
  seats.delete(null);
  const stewards = entry.budget === null ? [] : findBudget(db, entry.budget).stewards;
  const named = [...new Set([...findCircle(db, entry.circle).maintainers, ...stewards])].sort();
  const only = named.filter((name) => {
    const member = people.byName(name);
    if (member === undefined || beneficiaries.includes(name)) return false;
    return settings.seatMatesAgree || member.seat === null || !seats.has(member.seat);
  });
  return { only, beneficiaries, needed: isAbove(entry, settings.twoVoicesAbove) ? 2 : 1 };
}

/** Amounts in another currency cannot be compared and count as above. */
export function isAbove({ amountMinor, currency }: Entry, limit: string | undefined): boolean {
  const most = limit === undefined ? undefined : readMoney(limit);
  if (most === undefined || amountMinor === null) return false;
  const amount = BigInt(amountMinor);
  return currency !== most.currency || (amount < 0n ? -amount : amount) > most.amountMinor;
}

/** The amount as people read it; empty for work that is not paid. */
export function amountIn({ amountMinor, currency }: Pick<Entry, "amountMinor" | "currency">): string {
  return amountMinor === null || currency === null
    ? ""
    : formatMoney({ amountMinor: BigInt(amountMinor), currency });
}
