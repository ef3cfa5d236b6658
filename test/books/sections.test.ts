/** A month at each place where money lies: what moved it, what was paid out, what its ending balance is made of. */
import { expect, test } from "vitest";
import { line, openBooksHouse, payout, plainPayouts, txn, type BooksHouse } from "./house.ts";

/** A payout of one charge with its fee, one payout of August, and a charge that waits for a payout of October. */
function september(): BooksHouse {
  const house = openBooksHouse();
  house.stripe(plainPayouts(["po_aug", "2026-08-20", 700]));
  house.bank([line("l0", "2026-08-21", 700)]);
  house.stripe({
    payouts: [payout("po_1", "2026-09-10", 9700)],
    balance_transactions: [
      txn("txn_1", "2026-09-05", "charge", 10_000, { fee: 300, source: "ch_1" }),
      txn("txn_po_1", "2026-09-08", "payout", -9700, { source: "po_1" }),
      txn("txn_2", "2026-09-28", "charge", 2000, { fee: 60, source: "ch_2" }),
    ],
    members: { po_1: ["txn_1", "txn_po_1"] },
  });
  house.bank([line("l1", "2026-09-11", 9700), line("l2", "2026-09-20", -1500, "the host's bill")]);
  const parts = [{ account: "expenses:work:servers", currency: "EUR", amountMinor: 1500 }];
  house.books.decide({ kind: "split", subject: "l2", what: { parts }, why: "bill 17" }, "tom", null);
  const august = house.books.monthReport("2026-08");
  house.books.close("2026-08", august.hash, ["tom", "eva"], "bakor");
  return house;
}

test("each place has its three sections, to the cent", () => {
  const { report } = september().books.monthReport("2026-09");
  expect(report.sections).toEqual([
    {
      ...{ place: "assets:bank:gls", currency: "EUR", left: [] },
      activity: [
        { account: "assets:transit:stripe", count: 1, amount: 9700 },
        { account: "expenses:work:servers", count: 1, amount: -1500 },
      ],
      transfers: [{ id: "l1", date: "2026-09-11", amount: 9700, state: "matched", with: ["po_1"] }],
    },
    {
      ...{ place: "assets:stripe", currency: "EUR" },
      activity: [
        { account: "assets:transit:stripe", count: 1, amount: -9700 },
        { account: "expenses:fees:stripe", count: 2, amount: -360 },
        { account: "income:hosting", count: 2, amount: 12_000 },
      ],
      transfers: [{ id: "po_1", date: "2026-09-08", amount: -9700, state: "matched", with: ["l1"] }],
      left: [
        { account: "expenses:fees:stripe", count: 1, amount: -60 },
        { account: "income:hosting", count: 1, amount: 2000 },
      ],
    },
  ]);
});

test("what moved a place is what its balance moved by, and what is left there is its ending balance", () => {
  const { report } = september().books.monthReport("2026-09");
  const sum = (parts: { amount: number }[]): number => parts.reduce((all, { amount }) => all + amount, 0);
  for (const { place, activity, left } of report.sections ?? []) {
    const row = report.places.find(({ account }) => account === place);
    expect([place, sum(activity)]).toEqual([place, row?.moved]);
    if (place === "assets:stripe") expect(sum(left)).toBe(row?.closing);
  }
});

test("a decision is listed by the month that it is about, and by no other", () => {
  const { books } = september();
  const { report, hash } = books.monthReport("2026-09");
  expect(report.decisions.map(({ id }) => id)).toEqual([1]);
  expect(books.closed()[0]?.report.decisions).toEqual([]);
  books.close("2026-09", hash, ["tom", "eva"], "gidug");
  expect(books.monthReport("2026-10").report.decisions).toEqual([]);
});
