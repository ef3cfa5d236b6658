import { divideHalfUp, formatMoney, type Money } from "../../core/money.ts";
import {
  amountNotPositive,
  amountTooLarge,
  budgetNotForKind,
  entryWithoutAmount,
  entryWithoutTime,
} from "../../core/problems/work.ts";
import type { Member } from "../../people/index.ts";
import type { Db } from "../../db/index.ts";
import { rateFor, readRates } from "../ground/rates.ts";
import { mostMinor } from "../limits.ts";
import type { EntryContent, EntryKind, Share } from "../types.ts";
import { chooseBudget } from "./choose-budget.ts";

type Worth = Pick<EntryContent, "minutes" | "budget" | "rate" | "perHourMinor" | "currency" | "amountMinor">;

interface Work {
  kind: EntryKind;
  minutes: number | null;
  lump: Money | null;
  budget: string | undefined;
  person: Member;
  shares: readonly Share[];
  circle: string;
  day: string;
}

/**
 * What the work is worth, and which budget bears it. Volunteer and in-kind work: nothing and none. Stipends and lump
 * sums: the amount that was said. Paid work: minutes × the rate of its day / 60, rounded half up once.
 */
export function worthOf(db: Db, work: Work): Worth {
  const { kind, minutes, lump } = work;
  if (kind === "volunteer" || kind === "in-kind") {
    if (lump !== null || minutes === null) throw entryWithoutTime({ kind });
    if (work.budget !== undefined) throw budgetNotForKind({ kind });
    return { minutes, budget: null, rate: null, perHourMinor: null, currency: null, amountMinor: null };
  }
  if (kind === "paid") {
    if (lump !== null || minutes === null) throw entryWithoutTime({ kind });
    return byRate(db, work, minutes);
  }
  if (lump === null) throw entryWithoutAmount({ kind });
  if (lump.amountMinor <= 0n) throw amountNotPositive({ amount: formatMoney(lump) });
  const { name, currency } = chooseBudget(db, { ...work, named: work.budget, people: gainers(work) });
  return { minutes, budget: name, rate: null, perHourMinor: null, currency, amountMinor: countable(lump) };
}

function byRate(db: Db, work: Work, minutes: number): Worth {
  const { person, circle, day } = work;
  const { name, currency } = chooseBudget(db, { ...work, named: work.budget, people: gainers(work) });
  const rate = rateFor(readRates(db), { person: person.name, roles: person.roles, circle, currency, day });
  const amountMinor = amountOf(minutes, rate.perHourMinor);
  return {
    ...{ minutes, budget: name, rate: rate.id, perHourMinor: rate.perHourMinor, currency },
    amountMinor: countable({ amountMinor, currency }),
  };
}

/** Minutes by a rate per hour, rounded half up once. */
export function amountOf(minutes: number, perHourMinor: number): bigint {
  return divideHalfUp(BigInt(minutes) * BigInt(perHourMinor), 60n);
}

/** As the database keeps it. Throws `amount-too-large` before whole units could be lost. */
export function countable(money: Money): number {
  const { amountMinor } = money;
  if (amountMinor > mostMinor || amountMinor < -mostMinor)
    throw amountTooLarge({ amount: formatMoney(money) });
  return Number(amountMinor);
}

function gainers({ person, shares }: Work): string[] {
  return shares.length === 0 ? [person.name] : shares.map(({ member }) => member);
}
