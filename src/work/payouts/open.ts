import type { Message } from "../../chat/message.ts";
import { payoutUnknown } from "../../core/problems/payouts.ts";
import { formatMoney } from "../../core/money.ts";
import { reportOf } from "../report.ts";
import { openBatches, type BatchesParts } from "./batches.ts";
import { batchesOf, linesOf, payablesOf, rowsFor } from "./reading.ts";
import type { BatchFilter, BatchSummary, Payouts } from "./types.ts";

export interface PayoutsOptions extends BatchesParts {
  /** Under which address people reach the pages. */
  publicUrl: string;
  /** Where it is said when the batch was proposed in no room that others read. */
  defaultRoom: string | undefined;
  /** Says something, once per key; joins the open transaction. */
  post: (room: string, key: string, message: Message) => void;
}

/** Opens the payouts. Nothing is done yet. */
export function openPayouts(options: PayoutsOptions): Payouts {
  const { db, publicUrl, defaultRoom, post } = options;
  const find = (batch: string): BatchSummary | undefined => listOf(options, { batch })[0];
  return {
    ...openBatches(options),
    find,
    get(batch) {
      const found = find(batch);
      if (found === undefined) throw payoutUnknown({ batch });
      return found;
    },
    list: (filter = {}) => listOf(options, filter),
    report: (filter) => reportOf(rowsFor(db, filter)),
    lines: (filter, member) => linesOf(db, batchesOf(db, filter), member),
    payables: (filter) => payablesOf(db, batchesOf(db, filter)),
    ready: (batch) =>
      payablesOf(db, batchesOf(db, { batch }))
        .filter(({ state }) => state === "ready")
        .map(({ id, member, currency, how, amountMinor }) => ({
          ...{ id, member, currency, how },
          amount: formatMoney({ amountMinor, currency }),
        })),
    pageOf: (batch) => `${publicUrl}/payouts/${batch}`,
    tell(key, room, message) {
      const to = room ?? defaultRoom;
      if (to !== undefined) post(to, key, message);
    },
  };
}

/** Newest first. */
function listOf({ db }: Pick<PayoutsOptions, "db">, filter: BatchFilter): BatchSummary[] {
  const totals = db.sqlite.prepare<[string], { currency: string; amountMinor: number }>(
    `select currency, sum(amount_minor) as amountMinor from work_line where batch = ?
     group by currency order by currency`,
  );
  const counts = db.sqlite.prepare<[string, string], { entries: number; unpaid: number }>(
    `select (select count(distinct entry) from work_line where batch = ?) as entries,
         (select count(*) from payable where batch = ? and state in ('ready', 'asked', 'rejected')) as unpaid`,
  );
  return batchesOf(db, filter)
    .reverse()
    .map((batch) => ({
      ...batch,
      totals: totals
        .all(batch.id)
        .map(({ currency, amountMinor }) => ({ currency, amountMinor: BigInt(amountMinor) })),
      ...(counts.get(batch.id, batch.id) ?? { entries: 0, unpaid: 0 }),
    }));
}
