/** Any month of payouts, with what the bank and Open Collective show of them, in parts that come one by one. */
import fc from "fast-check";
import type { StripeObjects } from "../../src/books/index.ts";
import { line, payout, row, txn, type BooksHouse } from "./house.ts";

export interface Part {
  from: "stripe" | "collective" | "bank";
  content: unknown[] | object;
}

const dayOf = (n: number): string => `2026-10-${String(n).padStart(2, "0")}`;

/** A month of payouts whose amounts often are the same, some with a reference, and what the bank shows of them. */
export const anyMonth = fc
  .array(
    fc.record({
      day: fc.integer({ min: 1, max: 25 }),
      amount: fc.constantFrom(1000, 1000, 2500, -700),
      delay: fc.integer({ min: -1, max: 9 }),
      reference: fc.boolean(),
      state: fc.constantFrom("completed", "completed", "in_progress", "not_applicable", "failed"),
      atBank: fc.boolean(),
      given: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((list) => list.flatMap((one, i) => partsOf(one, i)));

interface One {
  day: number;
  amount: number;
  delay: number;
  reference: boolean;
  state: string;
  atBank: boolean;
  given: boolean;
}

function partsOf({ day, amount, delay, reference, state, atBank, given }: One, i: number): Part[] {
  const id = `po_${i}`;
  const failed = state === "failed";
  const about = {
    ...{ trace_id: reference ? `TRACE-${i}` : null, automatic: state !== "not_applicable" },
    ...(failed ? { status: "failed" } : { reconciliation_status: state }),
  };
  const txns = [
    txn(`txn_ch_${i}`, dayOf(day), amount < 0 ? "refund" : "charge", amount, { source: `ch_${i}` }),
    txn(`txn_${id}`, dayOf(day), "payout", -amount, { source: id }),
    ...(failed ? [txn(`txn_back_${i}`, dayOf(day + 1), "payout_reversal", amount, { source: id })] : []),
  ];
  const text = reference ? `STRIPE TRACE-${i}` : "STRIPE";
  const dated = dayOf(Math.max(1, day + delay - 3));
  return [
    { from: "stripe", content: { payouts: [payout(id, dayOf(day), amount, about)] } },
    { from: "stripe", content: { balance_transactions: txns.slice(0, 1) } },
    {
      from: "stripe",
      content: { balance_transactions: txns, members: { [id]: [`txn_ch_${i}`, `txn_${id}`] } },
    },
    ...(atBank ? [{ from: "bank", content: [line(`l${i}`, dated, amount, text)] } as Part] : []),
    ...(given ? collectiveOf(i, amount) : []),
  ];
}

/** The same money at Open Collective, in two parts that come one by one. */
function collectiveOf(i: number, amount: number): Part[] {
  const about = { merchantId: `ch_${i}`, isRefund: amount < 0 };
  return [
    { from: "collective", content: [row(`t${i}a`, `g${i}`, "CONTRIBUTION", amount, about)] },
    { from: "collective", content: [row(`t${i}b`, `g${i}`, "CONTRIBUTION", -amount, about)] },
  ];
}

export function take(house: BooksHouse, { from, content }: Part): void {
  if (from === "stripe") house.stripe(content as StripeObjects);
  else if (from === "bank") house.bank(content as unknown[]);
  else house.collective(content as unknown[]);
}
