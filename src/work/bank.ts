import { and, eq, inArray } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { bankBatchUnknown } from "../core/problems/bank.ts";
import { schema, type Db } from "../db/index.ts";
import { referenceOf, type BankBatch } from "./sepa/bank-file.ts";

/** What is paid by bank. That it was paid is the bank's word alone: nobody marks it by hand. */
export interface Bank {
  /** What a batch pays by bank and is not paid yet. Throws `bank-batch-unknown`. */
  batch(batch: string): BankBatch;
  /** The file has gone to the bank: what was ready is asked for. Answers which. Joins the open transaction. */
  markAsked(who: string, batch: string): string[];
}

export interface BankParts {
  db: Db;
  clock: Clock;
  audit: Audit;
  from: BankBatch["from"];
}

const { payable, payee, workBatch } = schema;

export function openBank({ db, clock, audit, from }: BankParts): Bank {
  const batchOf: Bank["batch"] = (id) => {
    const found = db.orm.select().from(workBatch).where(eq(workBatch.id, id)).get();
    if (found?.state !== "approved" && found?.state !== "paid") throw bankBatchUnknown({ batch: id });
    const rows = db.orm
      .select({ row: payable, way: payee.how })
      .from(payable)
      .leftJoin(payee, eq(payee.member, payable.member))
      .where(and(eq(payable.batch, id), inArray(payable.state, ["ready", "asked"])))
      .orderBy(payable.id)
      .all();
    const payables = rows
      .filter(({ row, way }) => (row.how ?? way) === "bank")
      .map(({ row: { id: key, member, currency, amountMinor, state } }) => ({
        ...{ id: key, member, currency, amountMinor, state, reference: referenceOf(key) },
      }));
    return { batch: id, period: found.period, from, payables };
  };
  return {
    batch: batchOf,
    markAsked: (who, id) =>
      db.tx(() => {
        const ready = batchOf(id).payables.filter(
          ({ state, currency }) => state === "ready" && currency === "EUR",
        );
        for (const { id: key, reference } of ready) {
          db.orm
            .update(payable)
            .set({
              ...{ state: "asked", how: "bank", reference },
              ...{ said: "in a file for the bank", updatedAt: isoOf(clock.now()) },
            })
            .where(eq(payable.id, key))
            .run();
          audit.append({ who, what: "payable.asked", subject: key, details: { how: "bank", reference } });
        }
        return ready.map(({ id: key }) => key);
      }),
  };
}
