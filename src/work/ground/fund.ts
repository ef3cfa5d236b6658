import { desc, eq } from "drizzle-orm";
import { isoOf } from "../../core/clock.ts";
import { formatMoney, readMoney, type Money } from "../../core/money.ts";
import { fundBelowBuffer, fundUnknown } from "../../core/problems/work-ground.ts";
import { schema, type Db } from "../../db/index.ts";
import type { WorkParts } from "../parts.ts";
import type { WorkGround } from "../types.ts";

type Fund = Pick<WorkGround, "balance" | "setBalance" | "balanceFrom">;

const { fundBalance } = schema;
/** As the column says it where no treasurer did. */
const fromCollective = "opencollective";

/** What the fund held, as it was said last. */
export function openFund(parts: WorkParts): Fund {
  const { db } = parts;
  return {
    balance: (currency) => lastBalance(db, currency),
    setBalance: (source, balance) => db.tx(() => say(parts, source, balance)),
    balanceFrom: (source, balance) =>
      db.tx(() => {
        const last = lastRow(db, balance.currency);
        if (last?.source !== source || BigInt(last.amountMinor) !== balance.amountMinor) {
          say(parts, source, balance);
          return;
        }
        // Asked each hour and the same as before: only the time at which it was so is new.
        const at = isoOf(parts.clock.now());
        db.orm.update(fundBalance).set({ at }).where(eq(fundBalance.id, last.id)).run();
      }),
  };
}

function say({ db, clock, audit }: WorkParts, source: string, { amountMinor, currency }: Money): void {
  const values = { amountMinor: Number(amountMinor), currency, source, at: isoOf(clock.now()) };
  db.orm.insert(fundBalance).values(values).run();
  audit.append({ who: who(source), what: "fund.balance", subject: currency, details: values });
}

/** What a program asked elsewhere was asked by ourselves. */
const who = (source: string): string => (source === fromCollective ? "tandem" : source);

/** That the fund holds the buffer that the settings ask for. Throws `fund-unknown` or `fund-below-buffer`. */
export function assertBuffer(db: Db, buffer: string | undefined): void {
  const wanted = buffer === undefined ? undefined : readMoney(buffer);
  if (wanted === undefined) return;
  const last = lastBalance(db, wanted.currency);
  if (last === undefined) throw fundUnknown({ buffer: formatMoney(wanted) });
  if (BigInt(last.amountMinor) >= wanted.amountMinor) return;
  throw fundBelowBuffer({
    balance: formatMoney({ amountMinor: BigInt(last.amountMinor), currency: last.currency }),
    buffer: formatMoney(wanted),
    at: last.at.slice(0, 10),
    source: last.source === fromCollective ? "Open Collective" : last.source,
    isAsked: last.source === fromCollective,
  });
}

function lastRow({ orm }: Db, currency: string): typeof fundBalance.$inferSelect | undefined {
  return orm
    .select()
    .from(fundBalance)
    .where(eq(fundBalance.currency, currency))
    .orderBy(desc(fundBalance.id))
    .limit(1)
    .get();
}

function lastBalance(db: Db, currency: string): ReturnType<WorkGround["balance"]> {
  const row = lastRow(db, currency);
  if (row === undefined) return undefined;
  const { amountMinor, source, at } = row;
  return { amountMinor, currency, source, at };
}
