/** Awkward months, each with what must be booked for it, written out. */
import { expect, test } from "vitest";
import { line, openBooksHouse, payout, plainPayouts, txn } from "./house.ts";

test("an ordinary payout: a charge, a refund and a fee come to the bank's line by its reference", () => {
  const house = openBooksHouse();
  house.stripe({
    payouts: [payout("po_1", "2026-10-07", 8390, { trace_id: { status: "supported", value: "TRC-7781" } })],
    balance_transactions: [
      txn("txn_a", "2026-10-03", "charge", 10_000, { fee: 310, source: "ch_a" }),
      txn("txn_b", "2026-10-04", "refund", -1000, { source: "re_b" }),
      txn("txn_c", "2026-10-04", "fee", -300),
      txn("txn_po_1", "2026-10-05", "payout", -8390, { source: "po_1" }),
    ],
    members: { po_1: ["txn_a", "txn_b", "txn_c", "txn_po_1"] },
  });
  house.bank([line("l1", "2026-10-07", 8390, "STRIPE TRC-7781")]);
  const { matched, states, queue, proofs } = house.shown();
  expect(matched).toEqual([["po_1", "l1"]]);
  expect(states).toEqual({ po_1: "matched", l1: "matched" });
  expect(queue).toEqual([]);
  expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
  expect(house.postings("txn_a")).toEqual([
    "assets:stripe 9690 EUR",
    "expenses:fees:stripe 310 EUR",
    "income:hosting -10000 EUR",
  ]);
  expect(house.postings("txn_b")).toEqual(["assets:stripe -1000 EUR", "income:hosting:refunds 1000 EUR"]);
  expect(house.postings("txn_c")).toEqual(["assets:stripe -300 EUR", "expenses:fees:stripe 300 EUR"]);
  expect(house.postings("txn_po_1")).toEqual(["assets:stripe -8390 EUR", "assets:transit:stripe 8390 EUR"]);
  expect(house.postings("l1")).toEqual(["assets:bank:gls 8390 EUR", "assets:transit:stripe -8390 EUR"]);
  expect(house.balances()).toEqual([
    "assets:bank:gls 8390 EUR",
    "expenses:fees:stripe 610 EUR",
    "income:hosting -10000 EUR",
    "income:hosting:refunds 1000 EUR",
  ]);
});

test("two equal payouts without reference are one group with both lines, and wait with one of them", () => {
  const house = openBooksHouse();
  house.stripe(plainPayouts(["po_1", "2026-10-07", 5000], ["po_2", "2026-10-08", 5000]));
  house.bank([line("l1", "2026-10-08", 5000)]);
  expect(house.shown().matched).toEqual([]);
  expect(house.shown().states).toEqual({ l1: "ambiguous", po_1: "ambiguous", po_2: "ambiguous" });
  expect(house.shown().queue.map(({ id, kind, candidates }) => [id, kind, candidates])).toEqual([
    ["po_1", "ambiguous", ["l1"]],
    ["l1", "ambiguous", ["po_1", "po_2"]],
    ["po_2", "ambiguous", ["l1"]],
  ]);
  expect(house.postings("l1")).toEqual(["assets:bank:gls 5000 EUR", "suspense -5000 EUR"]);
  house.bank([line("l2", "2026-10-09", 5000)]);
  const now = house.shown();
  expect(now.matched).toEqual([]);
  expect(now.groups).toEqual([
    [
      ["po_1", "po_2"],
      ["l1", "l2"],
    ],
  ]);
  expect(now.states).toEqual({ l1: "matched", l2: "matched", po_1: "matched", po_2: "matched" });
  expect(now.queue).toEqual([]);
  expect(house.postings("l1")).toEqual(["assets:bank:gls 5000 EUR", "assets:transit:stripe -5000 EUR"]);
});
