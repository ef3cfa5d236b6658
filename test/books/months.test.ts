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

test("a refund of an earlier month's charge lies in the later payout and names what it takes back", () => {
  const house = openBooksHouse();
  house.stripe({
    charges: [{ id: "ch_sep", object: "charge", payment_intent: "pi_1", balance_transaction: "txn_sep" }],
    refunds: [{ id: "re_1", object: "refund", charge: "ch_sep", balance_transaction: "txn_re" }],
    payouts: [payout("po_sep", "2026-09-16", 2910), payout("po_oct", "2026-10-14", 1900)],
    balance_transactions: [
      txn("txn_sep", "2026-09-10", "charge", 3000, { fee: 90, source: "ch_sep" }),
      txn("txn_po_sep", "2026-09-14", "payout", -2910, { source: "po_sep" }),
      txn("txn_oct", "2026-10-08", "charge", 5000, { fee: 100, source: "ch_oct" }),
      txn("txn_re", "2026-10-09", "refund", -3000, { source: "re_1" }),
      txn("txn_po_oct", "2026-10-12", "payout", -1900, { source: "po_oct" }),
    ],
    members: { po_sep: ["txn_sep"], po_oct: ["txn_oct", "txn_re"] },
  });
  house.bank([line("b1", "2026-09-16", 2910), line("b2", "2026-10-14", 1900)]);
  const { matched, queue } = house.shown();
  expect(matched).toEqual([
    ["po_oct", "b2"],
    ["po_sep", "b1"],
  ]);
  expect(queue).toEqual([]);
  expect(house.postings("txn_re")).toEqual(["assets:stripe -3000 EUR", "income:hosting:refunds 3000 EUR"]);
  expect([...house.books.entries("2026-10")].find(({ ref }) => ref === "txn_re")).toMatchObject({
    ...{ date: "2026-10-09", corrects: "txn_sep" },
  });
  expect(house.balances()).toEqual([
    "assets:bank:gls 4810 EUR",
    "expenses:fees:stripe 190 EUR",
    "income:hosting -8000 EUR",
    "income:hosting:refunds 3000 EUR",
  ]);
});

test("a dispute takes the loss and its fee; won, a new entry brings the loss back and keeps the fee", () => {
  const house = openBooksHouse();
  house.stripe({
    balance_transactions: [
      txn("txn_ch", "2026-10-02", "charge", 4000, { fee: 120, source: "ch_1" }),
      txn("txn_lost", "2026-10-12", "dispute", -4000, { fee: 1500, source: "dp_1" }),
      txn("txn_won", "2026-11-20", "dispute_reversal", 4000, { source: "dp_1" }),
    ],
  });
  expect(house.postings("txn_lost")).toEqual([
    "assets:stripe -5500 EUR",
    "expenses:fees:dispute 1500 EUR",
    "income:hosting:disputed 4000 EUR",
  ]);
  expect(house.postings("txn_won")).toEqual(["assets:stripe 4000 EUR", "income:hosting:disputed -4000 EUR"]);
  expect(house.balances()).toEqual([
    "assets:stripe 2380 EUR",
    "expenses:fees:dispute 1500 EUR",
    "expenses:fees:stripe 120 EUR",
    "income:hosting -4000 EUR",
  ]);
});

test("a charge in another currency is booked as it was settled; a partial capture in both its lines", () => {
  const house = openBooksHouse();
  house.stripe({
    charges: [{ id: "ch_usd", object: "charge", amount: 1100, currency: "usd", payment_intent: null }],
    balance_transactions: [
      txn("txn_usd", "2026-10-02", "charge", 1002, { fee: 61, source: "ch_usd", exchange_rate: 0.91091 }),
      txn("txn_full", "2026-10-03", "charge", 8000, { fee: 250, source: "ch_2" }),
      txn("txn_less", "2026-10-04", "partial_capture_reversal", -3000, { fee: -40, source: "ch_2" }),
    ],
  });
  expect(house.postings("txn_usd")).toEqual([
    "assets:stripe 941 EUR",
    "expenses:fees:stripe 61 EUR",
    "income:hosting -1002 EUR",
  ]);
  expect(house.postings("txn_less")).toEqual([
    "assets:stripe -2960 EUR",
    "expenses:fees:stripe -40 EUR",
    "income:hosting 3000 EUR",
  ]);
});

test("a negative payout is taken from the bank: the same rules with the signs turned", () => {
  const house = openBooksHouse();
  house.stripe({
    payouts: [payout("po_neg", "2026-10-07", -1200)],
    balance_transactions: [
      txn("txn_re", "2026-10-04", "refund", -1200, { source: "re_1" }),
      txn("txn_po_neg", "2026-10-05", "payout", 1200, { source: "po_neg" }),
    ],
    members: { po_neg: ["txn_re", "txn_po_neg"] },
  });
  house.bank([line("b1", "2026-10-08", -1200, "STRIPE EINZUG"), line("b2", "2026-10-08", 1200, "somebody")]);
  const { matched, states, queue } = house.shown();
  expect(matched).toEqual([["po_neg", "b1"]]);
  expect(states).toEqual({ b1: "matched", b2: "unmatched", po_neg: "matched" });
  expect(queue.map(({ id, kind }) => [id, kind])).toEqual([["b2", "unmatched"]]);
  expect(house.postings("txn_po_neg")).toEqual(["assets:stripe 1200 EUR", "assets:transit:stripe -1200 EUR"]);
  expect(house.postings("b1")).toEqual(["assets:bank:gls -1200 EUR", "assets:transit:stripe 1200 EUR"]);
});

test("a payout that failed after it was paid comes back; what is paid again is the one at the bank", () => {
  const house = openBooksHouse();
  house.stripe({
    payouts: [
      payout("po_1", "2026-10-07", 7000, { status: "failed", failure_balance_transaction: "txn_back" }),
      payout("po_2", "2026-10-09", 7000),
    ],
    balance_transactions: [
      txn("txn_ch", "2026-10-02", "charge", 7000, { source: "ch_1" }),
      txn("txn_po_1", "2026-10-05", "payout", -7000, { source: "po_1" }),
      txn("txn_back", "2026-10-08", "payout_reversal", 7000, { source: "po_1", type: "payout_failure" }),
      txn("txn_po_2", "2026-10-08", "payout", -7000, { source: "po_2" }),
    ],
    members: { po_1: ["txn_ch", "txn_po_1"], po_2: ["txn_back", "txn_po_2"] },
  });
  house.bank([line("b1", "2026-10-09", 7000)]);
  const { matched, states, queue, proofs } = house.shown();
  expect(matched).toEqual([["po_2", "b1"]]);
  expect(states).toEqual({ b1: "matched", po_1: "failed_reversed", po_2: "matched" });
  expect(queue).toEqual([]);
  expect(proofs.every(({ ok }) => ok)).toBe(true);
  expect(house.postings("txn_back")).toEqual(["assets:stripe 7000 EUR", "assets:transit:stripe -7000 EUR"]);
  expect(house.balances()).toEqual(["assets:bank:gls 7000 EUR", "income:hosting -7000 EUR"]);
});

test("a failed payout whose money came and went at the bank is known by its name", () => {
  const house = openBooksHouse();
  const { payouts, ...rest } = plainPayouts([
    "po_1",
    "2026-10-07",
    7000,
    { status: "failed", trace_id: "TRACE-77" },
  ]);
  house.stripe({ payouts, ...rest });
  house.bank([
    line("b1", "2026-10-07", 7000, "TRACE-77"),
    line("b2", "2026-10-08", -7000, "return TRACE-77"),
  ]);
  const { matched, states, queue } = house.shown();
  expect(matched).toEqual([]);
  expect(states).toEqual({ b1: "failed_reversed", b2: "failed_reversed", po_1: "failed_reversed" });
  expect(queue).toEqual([]);
});

test("a manual payout is matched at the bank, and its members stay unknown", () => {
  const house = openBooksHouse();
  house.stripe({
    payouts: [
      payout("po_m", "2026-10-07", 2500, { automatic: false, reconciliation_status: "not_applicable" }),
    ],
    balance_transactions: [
      txn("txn_ch", "2026-10-02", "charge", 4000, { source: "ch_1" }),
      txn("txn_po_m", "2026-10-06", "payout", -2500, { source: "po_m" }),
    ],
  });
  house.bank([line("b1", "2026-10-07", 2500)]);
  const { matched, states, queue } = house.shown();
  expect(matched).toEqual([["po_m", "b1"]]);
  expect(states).toEqual({ b1: "matched", po_m: "bank_matched_members_unknown" });
  expect(queue).toEqual([]);
  expect(house.postings("txn_po_m")).toEqual(["assets:stripe -2500 EUR", "assets:transit:stripe 2500 EUR"]);
  expect(house.postings("b1")).toEqual(["assets:bank:gls 2500 EUR", "assets:transit:stripe -2500 EUR"]);
  expect(house.balances()).toEqual([
    "assets:bank:gls 2500 EUR",
    "assets:stripe 1500 EUR",
    "income:hosting -4000 EUR",
  ]);
});

test("a payout that Stripe is not done with waits, without an alarm, whether the bank has it or not", () => {
  const house = openBooksHouse();
  house.stripe({
    payouts: [payout("po_1", "2026-10-07", 2500, { reconciliation_status: "in_progress" })],
    balance_transactions: [
      txn("txn_ch", "2026-10-02", "charge", 2500, { source: "ch_1" }),
      txn("txn_po_1", "2026-10-06", "payout", -2500, { source: "po_1" }),
    ],
    members: { po_1: ["txn_po_1"] },
  });
  expect([house.shown().states, house.shown().queue]).toEqual([{ po_1: "waiting" }, []]);
  expect(house.balances()).toEqual(["assets:transit:stripe 2500 EUR", "income:hosting -2500 EUR"]);
  house.bank([line("b1", "2026-10-07", 2500)]);
  expect(house.shown()).toMatchObject({ matched: [], states: { b1: "waiting", po_1: "waiting" }, queue: [] });
  expect(house.postings("b1")).toEqual(["assets:bank:gls 2500 EUR", "assets:transit:stripe -2500 EUR"]);
  // Done, it counts; what was said before comes again later and changes nothing.
  const done = { ...payout("po_1", "2026-10-07", 2500) };
  house.stripe({ payouts: [done], members: { po_1: ["txn_ch", "txn_po_1"] } });
  house.stripe({ payouts: [{ ...done, status: "in_transit", reconciliation_status: "in_progress" }] });
  expect(house.shown()).toMatchObject({
    ...{ matched: [["po_1", "b1"]], states: { b1: "matched", po_1: "matched" }, queue: [] },
  });
  expect(house.postings("b1")).toEqual(["assets:bank:gls 2500 EUR", "assets:transit:stripe -2500 EUR"]);
  expect(house.balances()).toEqual(["assets:bank:gls 2500 EUR", "income:hosting -2500 EUR"]);
});

test("currencies without a digit and with three are counted as they are", () => {
  const house = openBooksHouse();
  const jpy = { currency: "jpy" };
  const kwd = { currency: "kwd" };
  house.stripe(
    plainPayouts(
      ["po_jpy", "2026-10-07", 1200, jpy],
      ["po_kwd", "2026-10-07", 1200, kwd],
      ["po_eur", "2026-10-07", 1200],
    ),
  );
  house.bank([
    line("b1", "2026-10-07", 1200, "STRIPE", "KWD"),
    line("b2", "2026-10-07", 1200, "STRIPE", "JPY"),
    line("b3", "2026-10-07", 1200, "STRIPE", "EUR"),
  ]);
  expect(house.shown().matched).toEqual([
    ["po_eur", "b3"],
    ["po_jpy", "b2"],
    ["po_kwd", "b1"],
  ]);
  expect(house.balances()).toEqual([
    "assets:bank:gls 1200 EUR",
    "assets:bank:gls 1200 JPY",
    "assets:bank:gls 1200 KWD",
    "income:hosting -1200 EUR",
    "income:hosting -1200 JPY",
    "income:hosting -1200 KWD",
  ]);
  // Krónur have no digits in ISO 4217; Stripe counts hundredths of them.
  house.stripe({
    balance_transactions: [txn("txn_isk", "2026-10-02", "charge", 50_000, { currency: "isk" })],
  });
  expect(house.postings("txn_isk")).toEqual(["assets:stripe 500 ISK", "income:hosting -500 ISK"]);
});

test("a SEPA debit that bounces after its payout is owed again, and the next payment pays that first", () => {
  const house = openBooksHouse();
  const invoicePayment = (n: number): object => ({
    ...{ id: `inpay_${n}`, object: "invoice_payment", invoice: "in_1" },
    payment: { type: "payment_intent", payment_intent: `pi_${n}` },
  });
  const charge = (n: number): object => ({ id: `py_${n}`, object: "charge", payment_intent: `pi_${n}` });
  house.stripe({
    invoices: [{ id: "in_1", object: "invoice", number: "A-1", customer: "cus_1", metadata: {} }],
    invoice_payments: [invoicePayment(1), invoicePayment(2)],
    charges: [charge(1), charge(2)],
    refunds: [{ id: "pyr_1", object: "refund", charge: "py_1" }],
    payouts: [payout("po_1", "2026-10-07", 4965), payout("po_2", "2026-10-21", 4165)],
    balance_transactions: [
      txn("txn_1", "2026-10-02", "charge", 5000, { fee: 35, source: "py_1", type: "payment" }),
      txn("txn_po_1", "2026-10-05", "payout", -4965, { source: "po_1" }),
      txn("txn_bounce", "2026-10-15", "charge_failure", -5000, {
        ...{ fee: 750, source: "pyr_1", type: "payment_failure_refund" },
      }),
      txn("txn_other", "2026-10-16", "charge", 5000, { fee: 50, source: "ch_9" }),
      txn("txn_2", "2026-10-17", "charge", 5000, { fee: 35, source: "py_2", type: "payment" }),
      txn("txn_po_2", "2026-10-19", "payout", -4165, { source: "po_2" }),
    ],
    members: { po_1: ["txn_1", "txn_po_1"], po_2: ["txn_bounce", "txn_other", "txn_2", "txn_po_2"] },
  });
  house.bank([line("b1", "2026-10-07", 4965), line("b2", "2026-10-21", 4165)]);
  expect(house.shown()).toMatchObject({ states: { po_1: "matched", po_2: "matched" }, queue: [] });
  expect(house.postings("txn_bounce")).toEqual([
    "assets:stripe -5750 EUR",
    "expenses:fees:stripe 750 EUR",
    "assets:receivable 5000 EUR",
  ]);
  expect(house.postings("txn_2")).toEqual([
    "assets:stripe 4965 EUR",
    "expenses:fees:stripe 35 EUR",
    "assets:receivable -5000 EUR",
  ]);
  expect(house.balances()).toContain("income:hosting -10000 EUR");
  expect(house.balances().join()).not.toContain("receivable");
});

test("members that do not add up, are missing, or are named twice keep a payout from being matched", () => {
  const house = openBooksHouse();
  const { payouts, balance_transactions, members } = plainPayouts(
    ["po_off", "2026-10-07", 1000],
    ["po_gone", "2026-10-07", 1001],
    ["po_a", "2026-10-07", 1002],
    ["po_b", "2026-10-07", 1003],
  );
  house.stripe({
    payouts,
    balance_transactions: balance_transactions.filter(
      (one) => (one as { id: string }).id !== "txn_ch_po_gone",
    ),
    members: {
      ...members,
      po_off: ["txn_po_off"],
      po_b: [...(members["po_b"] ?? []), "txn_ch_po_a"],
    },
  });
  house.bank([0, 1, 2, 3].map((i) => line(`b${i}`, "2026-10-07", 1000 + i)));
  const { matched, states, queue } = house.shown();
  expect(matched).toEqual([["po_off", "b0"]]);
  expect(states).toMatchObject({
    ...{ po_off: "bank_matched_members_unknown", po_gone: "unmatched", po_a: "unmatched", po_b: "unmatched" },
  });
  expect(queue.map(({ id, kind }) => [id, kind])).toEqual([
    ["po_a", "members"],
    ["po_b", "members"],
    ["po_gone", "members"],
    ["po_off", "members"],
  ]);
});

test("unknown categories and lines that nothing fits lie in suspense and wait in the queue", () => {
  const house = openBooksHouse();
  house.stripe({
    balance_transactions: [
      txn("txn_new", "2026-10-02", "lunar_levy", -500, { fee: 10 }),
      txn("txn_adj", "2026-10-03", "other_adjustment", 700),
    ],
  });
  house.bank([line("b1", "2026-10-04", -990, "hosting bill")]);
  expect(house.postings("txn_new")).toEqual([
    "assets:stripe -510 EUR",
    "expenses:fees:stripe 10 EUR",
    "suspense 500 EUR",
  ]);
  expect(house.shown().queue.map(({ id, kind }) => [id, kind])).toEqual([
    ["txn_new", "unknown"],
    ["txn_adj", "unknown"],
    ["b1", "unmatched"],
  ]);
  expect(house.balances()).toContain("suspense 790 EUR");
});
