/** Accounts by the co-op's own names: in reports, exports and what is typed, while the ledger stays what it is. */
import { expect, test } from "vitest";
import { faultOfNames, namesOf } from "../../src/books/own-names.ts";
import { line, openBooksHouse, plainPayouts } from "./house.ts";

const own = {
  "income:hosting": "income:apps",
  "income:hosting:disputed": "income:lost",
  "assets:bank": "assets:giro",
  "assets:transit:stripe": "assets:under-way",
  suspense: "equity:unclear",
};

test("a name stands for what is below it, and the longest one counts; typed names lead back", () => {
  const { shown, kept } = namesOf(own);
  const pairs = [
    ["income:hosting", "income:apps"],
    ["income:hosting:refunds", "income:apps:refunds"],
    ["income:hosting:disputed", "income:lost"],
    ["assets:bank", "assets:giro"],
    ["assets:bank:gls", "assets:giro:gls"],
    ["assets:stripe", "assets:stripe"],
    ["income:hostings", "income:hostings"],
    ["trial balance", "trial balance"],
  ];
  for (const [account = "", name = ""] of pairs) {
    expect(shown(account)).toBe(name);
    expect(kept(name)).toBe(account);
  }
});

test.each([
  [{ "incme:dues": "income:x" }, "incme:dues", "perhaps income:dues"],
  [{ "assets:treasure-chest": "assets:box" }, "assets:treasure-chest", "docs/books"],
  [{ "income:dues": "expenses:dues" }, "income:dues", "a name under income"],
  [{ "income:dues": "income" }, "income:dues", "a name under income"],
  [{ "income:dues": "income:our dues" }, "income:dues", "an account's name"],
  [{ suspense: "elsewhere:odd" }, "suspense", "under assets, liabilities"],
  [{ "income:dues": "income:hosting" }, "income:dues", "also that of income:hosting (income:hosting)"],
  [
    { "income:dues": "income:Apps", "income:hosting": "income:apps" },
    "income:dues",
    "also that of income:hosting",
  ],
  [
    { "income:hosting:refunds": "income:x", "income:dues": "income:x" },
    "income:hosting:refunds",
    "income:dues",
  ],
  [{ "assets:stripe": "assets:bank:stripe" }, "assets:stripe", "also that of assets:bank"],
  [{ "expenses:fees:host": "expenses:work:host" }, "expenses:fees:host", "also that of expenses:work"],
])("%j is refused", (names, account, expected) => {
  const fault = faultOfNames(names);
  expect(fault?.account).toBe(account);
  expect(fault?.expected).toContain(expected);
});

test("names that change places are no clash, and none is none", () => {
  expect(faultOfNames({ "income:dues": "income:hosting", "income:hosting": "income:dues" })).toBeUndefined();
  expect(faultOfNames(own)).toBeUndefined();
  expect(faultOfNames({})).toBeUndefined();
});

function played(accountNames: Record<string, string>) {
  const house = openBooksHouse({ accountNames });
  house.stripe(plainPayouts(["po_1", "2026-10-07", 5000]));
  house.bank([line("l1", "2026-10-08", 5000), line("l2", "2026-10-09", -700, "bill")]);
  return house;
}

test("entries, journals, proofs and reports bear them; the ledger and what is agreed to do not change", () => {
  const house = played(own);
  expect(house.postings("l1")).toEqual(["assets:giro:gls 5000 EUR", "assets:under-way -5000 EUR"]);
  expect(house.postings("l2")).toEqual(["assets:giro:gls -700 EUR", "equity:unclear 700 EUR"]);
  expect(house.shown().proofs.map(({ proof }) => proof)).toEqual([
    ...["trial balance", "assets:stripe", "assets:giro:gls", "assets:under-way"],
  ]);
  const journal = (format: "hledger" | "beancount" | "csv"): string =>
    [...house.books.journal(format)].join("");
  expect(journal("hledger")).toContain("account assets:giro:gls\naccount assets:stripe\n");
  expect(journal("beancount")).toContain("  Equity:Unclear  7.00 EUR");
  expect(journal("csv")).toContain("income:apps,EUR,-5000,-50.00");
  expect(journal("hledger")).toBe(journal("hledger"));
  const part = { account: "income:apps", currency: "EUR", amountMinor: 700 };
  const what = { parts: [part] };
  house.books.decide({ kind: "writeoff", subject: "l2", what, why: "bill" }, "tom", null);
  const [kept] = house.db.sqlite.prepare("SELECT postings FROM book_entry WHERE ref = 'l2'").pluck().all();
  expect(kept).toBe('[["assets:bank:gls","EUR",-700],["income:hosting","EUR",700]]');
  const { report, hash } = house.books.monthReport("2026-10");
  expect(report.places.map(({ account }) => account)).toEqual([
    ...["assets:giro:gls", "assets:stripe", "assets:under-way"],
  ]);
  expect(report.others.map(({ account }) => account)).toEqual(["income:apps"]);

  const plain = played({});
  const same = { parts: [{ ...part, account: "income:hosting" }] };
  plain.books.decide({ kind: "writeoff", subject: "l2", what: same, why: "bill" }, "tom", null);
  expect(plain.books.monthReport("2026-10").hash).toBe(hash);
  expect(house.books.close("2026-10", hash, ["tom"], "bakor")).toBe(true);
  expect(house.books.closed()[0]?.report.others[0]?.account).toBe("income:apps");
});
