/** Months at Open Collective, each with what must be booked for it. */
import { describe, expect, test } from "vitest";
import { line, openBooksHouse, row, txn } from "./house.ts";

const us = { account: { slug: "three-rivers" } };
const giver = { account: { slug: "ana" } };
const host = { account: { slug: "the-host" } };

/** A contribution of 100 with 10 for the host and 3 for the processor, in one row and in rows of their own. */
const together = [
  row("t1", "g1", "CONTRIBUTION", 10_000, {
    ...{ net: 8700, fees: { hostFee: -1000, paymentProcessorFee: -300 }, merchantId: "ch_1", ...us },
  }),
  row("t2", "g1", "CONTRIBUTION", -8700, { net: -10_000, ...giver }),
];
const apart = [
  row("t1", "g1", "CONTRIBUTION", 10_000, { merchantId: "ch_1", ...us }),
  row("t2", "g1", "CONTRIBUTION", -10_000, giver),
  row("t3", "g1", "HOST_FEE", -1000, us),
  row("t4", "g1", "HOST_FEE", 1000, host),
  row("t5", "g1", "PAYMENT_PROCESSOR_FEE", -300, us),
  row("t6", "g1", "PAYMENT_PROCESSOR_FEE", 300, { account: { slug: "stripe" } }),
];

describe.each([
  ["fees in the row of the contribution", together],
  ["fees in rows of their own", apart],
])("a contribution with %s", (_, rows) => {
  test("is one entry", () => {
    const house = openBooksHouse();
    house.collective(rows);
    expect(house.shown().entries).toEqual([
      {
        ...{ ref: "t1", date: "2026-10-05" },
        postings: [
          { account: "assets:opencollective", amount: 8700, currency: "EUR" },
          { account: "expenses:fees:host", amount: 1000, currency: "EUR" },
          { account: "expenses:fees:processor", amount: 300, currency: "EUR" },
          { account: "income:dues", amount: -10_000, currency: "EUR" },
        ],
      },
    ]);
    expect(house.shown().queue).toEqual([]);
  });

  test("seen at Stripe too is booked once", () => {
    const house = openBooksHouse();
    house.stripe({
      balance_transactions: [txn("txn_1", "2026-10-05", "charge", 10_000, { fee: 300, source: "ch_1" })],
    });
    house.collective(rows);
    expect(house.postings("txn_1")).toEqual(["assets:stripe 9700 EUR", "assets:opencollective -9700 EUR"]);
    expect(house.balances()).toEqual([
      "assets:opencollective -1000 EUR",
      "assets:stripe 9700 EUR",
      "expenses:fees:host 1000 EUR",
      "expenses:fees:processor 300 EUR",
      "income:dues -10000 EUR",
    ]);
  });
});

test("yen come in hundredths that do not exist, and a part of a yen is refused", () => {
  const house = openBooksHouse();
  const yen = { currency: "JPY" };
  house.collective([
    row("t1", "g1", "CONTRIBUTION", 120_000, { ...yen, ...us }),
    row("t2", "g1", "CONTRIBUTION", -120_000, { ...yen, ...giver }),
  ]);
  expect(house.postings("t1")).toEqual(["assets:opencollective 1200 JPY", "income:dues -1200 JPY"]);
  expect(() => house.collective([row("t3", "g3", "CONTRIBUTION", 50, yen)])).toThrow(
    /not as its source gives it/,
  );
  expect(house.shown().entries).toHaveLength(1);
});

test("a group that does not add up is not booked, and is booked when the rest of it comes", () => {
  const house = openBooksHouse();
  house.collective(apart.slice(0, 1));
  expect(house.shown().entries).toEqual([]);
  expect(house.shown().queue.map(({ id, kind }) => [id, kind])).toEqual([["t1", "refused"]]);
  house.collective(apart.slice(1));
  expect(house.shown().queue).toEqual([]);
  expect(house.balances()).toContain("income:dues -10000 EUR");
});

/** An expense of 50 to bo, with a fee of 0.65 for the transfer, that the fund bears. */
const expense = (more: object = {}): object[] => [
  row("e1", "g2", "EXPENSE", -5000, {
    ...{ net: -5065, fees: { paymentProcessorFee: -65 }, merchantId: "90210077", ...us },
    ...{
      expense: { id: "x1", payee: { slug: "bo-the-builder" }, reference: null },
      clearedAt: "2026-10-12T08:00:00Z",
    },
    ...more,
  }),
  row("e2", "g2", "EXPENSE", 5065, { net: 5000, account: { slug: "bo-the-builder" } }),
];
const expenseApart = [
  row("e1", "g2", "EXPENSE", -5000, {
    ...{ merchantId: "90210077", ...us, clearedAt: "2026-10-12T08:00:00Z" },
    expense: { id: "x1", payee: { slug: "bo-the-builder" } },
  }),
  row("e2", "g2", "EXPENSE", 5000, { account: { slug: "bo-the-builder" } }),
  row("e3", "g2", "PAYMENT_PROCESSOR_FEE", -65, us),
  row("e4", "g2", "PAYMENT_PROCESSOR_FEE", 65, { account: { slug: "wise" } }),
];

test.each([
  ["in its row", expense()],
  ["in rows of its own", expenseApart],
])(
  "an expense with the fee of its transfer %s: the fund bears it, and the bank's line is found by its name",
  (_, rows) => {
    const house = openBooksHouse({ member: (payee) => (payee === "bo-the-builder" ? "bo" : undefined) });
    house.collective(rows);
    expect(house.postings("e1")).toEqual([
      "assets:opencollective -5065 EUR",
      "expenses:fees:transfer 65 EUR",
      "liabilities:contributors:bo 5000 EUR",
    ]);
    house.bank([line("w1", "2026-10-12", -5065, "Transfer 90210077 to Bo")], "wise");
    const { matched, states, queue } = house.shown();
    expect([matched, states, queue]).toEqual([[["e1", "w1"]], { e1: "matched", w1: "matched" }, []]);
    expect(house.postings("w1")).toEqual(["assets:bank:wise -5065 EUR", "assets:opencollective 5065 EUR"]);
    expect(house.balances()).toEqual([
      "assets:bank:wise -5065 EUR",
      "expenses:fees:transfer 65 EUR",
      "liabilities:contributors:bo 5000 EUR",
    ]);
  },
);

test("a transfer and its fee in two lines belong to the expense that both name; another amount does not", () => {
  const house = openBooksHouse();
  house.collective(expense());
  house.bank(
    [line("w1", "2026-10-12", -5000, "90210077 Bo"), line("w2", "2026-10-12", -65, "fee of 90210077")],
    "wise",
  );
  expect(house.shown().groups).toEqual([[["e1"], ["w1", "w2"]]]);
  const other = openBooksHouse();
  other.collective(expense());
  other.bank([line("w1", "2026-10-12", -5100, "90210077 Bo")], "wise");
  const { queue, states } = other.shown();
  expect(queue.map(({ id, kind, candidates }) => [id, kind, candidates])).toEqual([
    ["w1", "differs", ["e1"]],
  ]);
  expect(states).toEqual({ e1: "unmatched", w1: "unmatched" });
  expect(other.postings("w1")).toEqual(["assets:bank:wise -5100 EUR", "suspense 5100 EUR"]);
});

test("an expense that nothing names is not guessed by its amount, but named as a candidate", () => {
  const house = openBooksHouse();
  house.collective(expense());
  house.bank([line("w1", "2026-10-12", -5065, "Bo")], "wise");
  expect(house.shown().matched).toEqual([]);
  expect(house.shown().queue).toMatchObject([{ id: "w1", kind: "unmatched", candidates: ["e1"] }]);
});

test("a kind that the books do not know lies in suspense and waits", () => {
  const house = openBooksHouse();
  house.collective(
    [row("t1", "g1", "MOON_TAX", -700, us), row("t2", "g1", "MOON_TAX", 700, host)],
    "three-rivers",
  );
  expect(house.postings("t1")).toEqual(["assets:opencollective -700 EUR", "suspense 700 EUR"]);
  expect(house.shown().queue.map(({ id, kind }) => [id, kind])).toEqual([["t1", "unknown"]]);
});

test("a contribution that was given back", () => {
  const house = openBooksHouse();
  house.collective([
    ...together,
    row("r1", "g9", "CONTRIBUTION", -10_000, {
      ...{ net: -9000, fees: { hostFee: 1000 }, isRefund: true, ...us, createdAt: "2026-10-20T08:00:00Z" },
    }),
    row("r2", "g9", "CONTRIBUTION", 9000, { net: 10_000, isRefund: true, ...giver }),
  ]);
  expect(house.postings("r1")).toEqual([
    "assets:opencollective -9000 EUR",
    "expenses:fees:host -1000 EUR",
    "income:dues 10000 EUR",
  ]);
});
