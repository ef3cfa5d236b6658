import { asc, eq } from "drizzle-orm";
import { isoOf } from "../../core/clock.ts";
import {
  daysTurned,
  rateMissing,
  rateOver,
  rateOverlaps,
  rateUnknown,
} from "../../core/problems/work-ground.ts";
import type { Role } from "../../core/terms.ts";
import { schema, type Db } from "../../db/index.ts";
import type { WorkParts } from "../parts.ts";
import type { Rate, WorkGround } from "../types.ts";

const { rate } = schema;

type Rates = Pick<WorkGround, "rates" | "addRate" | "endRate">;

/** What an hour is worth. A rate is never changed, only ended: entries keep the one by which they were entered. */
export function openRates({ db, clock, audit }: WorkParts, today: () => string): Rates {
  return {
    rates: () => readRates(db),
    addRate: (who, wanted) =>
      db.tx(() => {
        const { fromDay, untilDay } = wanted;
        if (untilDay !== null && untilDay < fromDay) throw daysTurned({ from: fromDay, until: untilDay });
        const other = readRates(db).find((one) => isSame(one, wanted) && overlap(one, wanted));
        if (other !== undefined)
          throw rateOverlaps({
            id: other.id,
            whose: whoseRate(other),
            from: other.fromDay,
            until: other.untilDay,
          });
        const values = { ...wanted, addedBy: who, addedAt: isoOf(clock.now()) };
        const { id } = db.orm.insert(rate).values(values).returning({ id: rate.id }).get();
        audit.append({ who, what: "rate.added", subject: `rate/${id}`, details: wanted });
        return { ...wanted, id };
      }),
    endRate: (who, id, lastDay) =>
      db.tx(() => {
        const known = readRates(db).find((one) => one.id === id);
        if (known === undefined) throw rateUnknown({ id });
        const { fromDay, untilDay } = known;
        if (untilDay !== null && untilDay < today()) throw rateOver({ id, until: untilDay });
        if (lastDay < fromDay) throw daysTurned({ from: fromDay, until: lastDay });
        if (untilDay !== null && lastDay > untilDay) assertFree(db, known, lastDay);
        db.orm.update(rate).set({ untilDay: lastDay }).where(eq(rate.id, id)).run();
        audit.append({ who, what: "rate.ended", subject: `rate/${id}`, details: { untilDay: lastDay } });
        return { ...known, untilDay: lastDay };
      }),
  };
}

/** A later end must not run into the rate that follows. */
function assertFree(db: Db, known: Rate, lastDay: string): void {
  const longer = { ...known, untilDay: lastDay };
  const other = readRates(db).find(
    (one) => one.id !== known.id && isSame(one, known) && overlap(one, longer),
  );
  if (other === undefined) return;
  throw rateOverlaps({ id: other.id, whose: whoseRate(other), from: other.fromDay, until: other.untilDay });
}

export function readRates({ orm }: Db): Rate[] {
  return orm
    .select()
    .from(rate)
    .orderBy(asc(rate.fromDay), asc(rate.id))
    .all()
    .map(({ addedBy: _by, addedAt: _at, ...row }) => row);
}

/** `for bo`, `for the circle recipes`, `for everybody`. */
export function whoseRate({ scope, subject }: Pick<Rate, "scope" | "subject">): string {
  if (scope === "all") return "for everybody";
  return scope === "person" ? `for ${subject}` : `for the ${scope} ${subject}`;
}

interface Worker {
  person: string;
  roles: readonly Role[];
  circle: string;
  currency: string;
  day: string;
}

const byScope = ["person", "circle", "role", "all"] as const;

/**
 * The rate of a day's work: the most specific one (person, circle, role, all); of several roles the highest. Throws
 * `rate-missing`, which names a rate that has ended.
 */
export function rateFor(rates: readonly Rate[], worker: Worker): Rate {
  const { person, roles, circle, currency, day } = worker;
  const subjects = { person: [person], circle: [circle], role: roles as readonly string[], all: [""] };
  const fitting = rates.filter(
    (one) => one.currency === currency && subjects[one.scope].includes(one.subject),
  );
  const holding = fitting.filter(
    (one) => one.fromDay <= day && (one.untilDay === null || day <= one.untilDay),
  );
  for (const scope of byScope) {
    const [best] = holding
      .filter((one) => one.scope === scope)
      .sort((a, b) => b.perHourMinor - a.perHourMinor || a.id - b.id);
    if (best !== undefined) return best;
  }
  const ended = fitting.findLast((one) => one.untilDay !== null && one.untilDay < day);
  const until = ended?.untilDay ?? undefined;
  throw rateMissing({
    ...{ person, circle, day, currency },
    ...(ended !== undefined && until !== undefined && { ended: { id: ended.id, until } }),
  });
}

function isSame(a: Omit<Rate, "id">, b: Omit<Rate, "id">): boolean {
  return a.scope === b.scope && a.subject === b.subject && a.currency === b.currency;
}

function overlap(a: Omit<Rate, "id">, b: Omit<Rate, "id">): boolean {
  return (a.untilDay === null || b.fromDay <= a.untilDay) && (b.untilDay === null || a.fromDay <= b.untilDay);
}
