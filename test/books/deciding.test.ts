/** People decide about the queue, treasurers close a month, and what is heard later does not change it. */
import { expect, test } from "vitest";
import { line, openBooksHouse, plainPayouts, txn } from "./house.ts";

test("a line is matched, split, written off and ignored; each leaves the queue and can be taken back", () => {
  const house = openBooksHouse();
  house.stripe(plainPayouts(["po_1", "2026-10-07", 5000], ["po_2", "2026-10-07", 3000]));
  house.bank([
    line("both", "2026-10-09", 8000, "STRIPE"),
    line("bill", "2026-10-10", -1000, "servers"),
    line("odd", "2026-10-11", 3, "rounding"),
  ]);
  const ids = (): string[] => house.shown().queue.map(({ id }) => id);
  expect(ids()).toEqual(["po_1", "po_2", "both", "bill", "odd"]);
  const claims = ["po_1", "po_2"];
  house.books.decide({ kind: "match", subject: "both", what: { claims }, why: "one" }, "tom", null);
  expect(ids()).toEqual(["bill", "odd"]);
  expect(house.shown().groups).toEqual([[["po_1", "po_2"], ["both"]]]);
  expect(house.postings("both")).toEqual(["assets:bank:gls 8000 EUR", "assets:transit:stripe -8000 EUR"]);
  const parts = [
    { account: "expenses:work:servers", currency: "EUR", amountMinor: 900 },
    { account: "expenses:fees:transfer", currency: "EUR", amountMinor: 100 },
  ];
  house.books.decide({ kind: "split", subject: "bill", what: { parts }, why: "the bill" }, "tom", null);
  expect(house.postings("bill")).toEqual([
    "assets:bank:gls -1000 EUR",
    "expenses:work:servers 900 EUR",
    "expenses:fees:transfer 100 EUR",
  ]);
  const all = house.books.suspenseOf("odd").map((part) => ({ ...part, account: "income:hosting" }));
  const { id } = house.books.decide(
    { kind: "writeoff", subject: "odd", what: { parts: all }, why: "rounding" },
    ...(["tom", null] as const),
  );
  expect(ids()).toEqual([]);
  expect(house.balances().join()).not.toContain("suspense");
  house.books.undo(id, "tom");
  expect(ids()).toEqual(["odd"]);
  house.books.decide({ kind: "ignore", subject: "odd", what: {}, why: "too small" }, "tom", null);
  expect(ids()).toEqual([]);
  expect(house.books.decisions().map(({ kind }) => kind)).toEqual(["match", "split", "ignore"]);
});

test("a decision that is off by a cent, or about nothing that waits, is refused and changes nothing", () => {
  const house = openBooksHouse();
  house.stripe(plainPayouts(["po_1", "2026-10-07", 5000]));
  house.bank([line("l1", "2026-10-20", 4999)]);
  const before = house.text();
  const decide = (kind: "match" | "split" | "ignore", subject: string, what: object) => () =>
    house.books.decide({ kind, subject, what, why: "because" }, "tom", null);
  expect(decide("match", "l1", { claims: ["po_1"] })).toThrow(/comes to EUR 50\.00/);
  expect(decide("match", "po_1", { claims: ["po_1"] })).toThrow(/no line of a bank/);
  expect(decide("match", "l1", { claims: ["po_9"] })).toThrow(/no payout, no expense/);
  const part = { account: "income:dues", currency: "EUR", amountMinor: -4998 };
  expect(decide("split", "l1", { parts: [part] })).toThrow(/comes to EUR -49\.98/);
  expect(decide("split", "l1", { parts: [{ ...part, currency: "GBP" }] })).toThrow(/not all in EUR/);
  expect(decide("ignore", "l9", {})).toThrow(/Nothing with the id l9/);
  expect(house.text()).toBe(before);
});

test("a month is closed as it was agreed to; later facts about it are entries of the next one", () => {
  const house = openBooksHouse();
  house.stripe(plainPayouts(["po_1", "2026-09-07", 5000]));
  house.bank([line("l1", "2026-09-08", 5000)]);
  house.bank([line("l0", "2026-09-15", -250, "STRIPE?")]);
  expect(() => house.books.monthReport("2026-09")).toThrow(/1 in the queue/);
  house.books.decide({ kind: "ignore", subject: "l0", what: {}, why: "asked the bank" }, "tom", null);
  expect(() => house.books.monthReport("2026-11")).toThrow(/not over yet/);
  expect(() => house.books.monthReport("2026-10")).toThrow(/2026-09 comes before it/);
  const { hash, report } = house.books.monthReport("2026-09");
  expect(report.places).toEqual([
    { account: "assets:bank:gls", currency: "EUR", opening: 0, moved: 4750, closing: 4750 },
    { account: "assets:stripe", currency: "EUR", opening: 0, moved: 0, closing: 0 },
    { account: "assets:transit:stripe", currency: "EUR", opening: 0, moved: 0, closing: 0 },
    { account: "suspense", currency: "EUR", opening: 0, moved: 250, closing: 250 },
  ]);
  expect(house.books.close("2026-09", "another hash", ["tom", "eva"], "bakor")).toBe(false);
  expect(house.books.close("2026-09", hash, ["tom", "eva"], "bakor")).toBe(true);
  expect(() => house.books.monthReport("2026-09")).toThrow(/closed already/);
  expect(() => house.books.undo(1, "tom")).toThrow(/no decision 1/);
  const closed = [...house.books.journal("hledger", "2026-09")].join("");

  // A payout of September that nobody had told of turns out to be what the bank took.
  house.stripe(plainPayouts(["po_late", "2026-09-15", -250]));
  expect([...house.books.journal("hledger", "2026-09")].join("")).toBe(closed);
  house.books.reconcile();
  expect([...house.books.journal("hledger", "2026-09")].join("")).toBe(closed);
  const late = house.shown().entries.filter(({ date }) => date >= "2026-10-01");
  expect(late.map(({ ref, date }) => [ref, date])).toEqual([
    ["l0+1", "2026-10-01"],
    ["txn_ch_po_late", "2026-10-01"],
    ["txn_po_late", "2026-10-01"],
  ]);
  expect(house.postings("l0+1")).toEqual(["assets:transit:stripe 250 EUR", "suspense -250 EUR"]);
  expect(house.balances()).toEqual(["assets:bank:gls 4750 EUR", "income:hosting -4750 EUR"]);
  const again = house.text();
  house.stripe({ balance_transactions: [txn("txn_later", "2026-10-20", "charge", 10)] });
  house.books.reconcile();
  expect(house.text()).not.toBe(again);
  expect(() => house.db.sqlite.exec("DELETE FROM book_entry WHERE is_closed = 1")).toThrow(/never deleted/);
  expect(() => house.db.sqlite.exec("UPDATE book_entry SET memo = '' WHERE is_closed = 1")).toThrow(
    /never changed/,
  );
});
