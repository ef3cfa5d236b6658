import { formatMoney, type Money } from "../../core/money.ts";
import type { MemberName } from "../../core/terms.ts";
import type { Db } from "../../db/index.ts";
import type { ComputedBatch, LeftOut } from "./computing.ts";
import type { BatchFacts } from "./types.ts";

interface Row {
  id: string;
  period: string;
  disputesUntil: string;
}

/** A batch as people are told of it: totals in words, and nobody's amounts. */
export function factsOf(
  db: Db,
  { id, period, disputesUntil }: Row,
  computed: ComputedBatch,
  settings: { disputeDays: number; treasurers: number },
): BatchFacts {
  const { lines, payables, late, leftOut, withoutWay } = computed;
  const payees = [...new Set(payables.map(({ member }) => member))];
  return {
    batch: id,
    period,
    hash: lines.length === 0 ? null : computed.hash,
    totals: totalsOf(lines).map(formatMoney),
    circles: circlesOf(db, id).map((one) => `${one.circle} ${formatMoney(one)}`),
    entries: new Set(lines.map(({ entry }) => entry)).size,
    // A member's name when it was written.
    payees: payees as MemberName[],
    ...{ late, leftOut, withoutWay },
    carried: [
      ...new Set(payables.filter(({ amountMinor }) => amountMinor <= 0n).map(({ member }) => member)),
    ],
    needed: settings.treasurers,
    disputeDays: settings.disputeDays,
    disputesUntil,
  };
}

/** By circle and currency, of the lines that are written. */
function circlesOf(db: Db, batch: string): (Money & { circle: string })[] {
  return db.sqlite
    .prepare<[string], { circle: string; currency: string; sum: number }>(
      `select v.circle, l.currency, sum(l.amount_minor) as sum from work_line l
       join work_entry e on e.id = l.entry
       join work_entry_version v on v.entry = e.id and v.version = e.version
       where l.batch = ? group by v.circle, l.currency order by v.circle, l.currency`,
    )
    .all(batch)
    .map(({ sum, ...one }) => ({ ...one, amountMinor: BigInt(sum) }));
}

/** One sum per currency, in order. */
function totalsOf(amounts: readonly Money[]): Money[] {
  const sums = new Map<string, bigint>();
  for (const { currency, amountMinor } of amounts)
    sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor);
  return [...sums]
    .map(([currency, amountMinor]) => ({ currency, amountMinor }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

/** Why an entry is not paid, in words. */
export function leftOutWords({ entry, why, holds }: LeftOut): string {
  if (why === "no-amount") return `${entry} says no amount`;
  return `${entry} is held by ${holds.map((hold) => `${hold.by}: ${hold.why}`).join("; ")}`;
}
