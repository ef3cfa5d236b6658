import { desc, eq } from "drizzle-orm";
import { isoOf } from "../../core/clock.ts";
import { formatMoney, readMoney } from "../../core/money.ts";
import { fundBelowBuffer, fundUnknown } from "../../core/problems/work-ground.ts";
import { schema, type Db } from "../../db/index.ts";
import type { WorkParts } from "../parts.ts";
import type { WorkGround } from "../types.ts";

const { fundBalance } = schema;

/** What the fund held, as it was said last. */
export function openFund({ db, clock, audit }: WorkParts): Pick<WorkGround, "balance" | "setBalance"> {
  return {
    balance: (currency) => lastBalance(db, currency),
    setBalance: (source, { amountMinor, currency }) =>
      db.tx(() => {
        const at = isoOf(clock.now());
        const values = { amountMinor: Number(amountMinor), currency, source, at };
        db.orm.insert(fundBalance).values(values).run();
        audit.append({ who: source, what: "fund.balance", subject: currency, details: values });
      }),
  };
}

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
  });
}

function lastBalance({ orm }: Db, currency: string): ReturnType<WorkGround["balance"]> {
  const row = orm
    .select()
    .from(fundBalance)
    .where(eq(fundBalance.currency, currency))
    .orderBy(desc(fundBalance.id))
    .limit(1)
    .get();
  if (row === undefined) return undefined;
  const { amountMinor, source, at } = row;
  return { amountMinor, currency, source, at };
}
