/** Whatever order things come in and how often: the same books, and never a cent too many. */
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { anyMonth, take } from "./any-month.ts";
import { line, openBooksHouse, txn, type BooksHouse } from "./house.ts";

/** The run without what depends on when an alarm was heard; and the journal. */
function outcome(house: BooksHouse): string {
  return `${house.text()}\n${[...house.books.journal("hledger")].join("")}`;
}

const shared = openBooksHouse();
afterAll(() => shared.db.close());

/** In books that are empty again afterwards: a database of its own for each run would take most of the time. */
function inEmptyBooks<T>(play: (house: BooksHouse) => T): T {
  shared.db.sqlite.exec("BEGIN");
  try {
    return play(shared);
  } finally {
    shared.db.sqlite.exec("ROLLBACK");
  }
}

test("any order and any repetition of imports, with runs in between, gives the same bytes", () => {
  fc.assert(
    fc.property(anyMonth, fc.infiniteStream(fc.nat()), fc.boolean(), (parts, random, isRunBetween) => {
      const calm = inEmptyBooks((house) => {
        for (const part of parts) take(house, part);
        return outcome(house);
      });
      const next = random[Symbol.iterator]();
      const shuffled = [...parts, ...parts.slice(0, 3)]
        .map((part) => ({ part, place: next.next().value as number }))
        .sort((a, b) => a.place - b.place);
      const wild = inEmptyBooks((house) => {
        for (const { part } of shuffled) {
          take(house, part);
          if (isRunBetween) house.books.reconcile();
        }
        return outcome(house);
      });
      expect(wild).toBe(calm);
    }),
    { numRuns: 40 },
  );
});

test("Σ is zero in each currency, each id is booked once, and nothing is matched twice", () => {
  fc.assert(
    fc.property(anyMonth, (parts) => {
      const { entries, matched, groups, states, proofs } = inEmptyBooks((house) => {
        for (const part of parts) take(house, part);
        return house.shown();
      });
      for (const { postings } of entries)
        expect(postings.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
      expect(new Set(entries.map(({ ref }) => ref)).size).toBe(entries.length);
      const used = [...matched.flat(), ...groups.flat(2)];
      expect(new Set(used).size).toBe(used.length);
      for (const id of used) expect(states[id]).toMatch(/^(matched|bank_matched_members_unknown)$/);
      const exact = proofs.filter(({ proof }) => proof === "trial balance" || proof === "assets:stripe");
      expect(exact.filter(({ ok }) => !ok)).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test("two equal lines without an id are two, and the same statement or a longer one adds only what is new", () => {
  const house = openBooksHouse();
  const equal = { date: "2026-10-07", amount: -250, currency: "EUR", text: "fee" };
  expect(house.bank([equal, equal])).toMatchObject({ added: 2, known: 0 });
  expect(house.bank([{ ...equal, date: "2026-10-06" }, equal, equal])).toMatchObject({ added: 1, known: 2 });
  expect(house.bank([equal, equal, equal])).toMatchObject({ added: 1, known: 2 });
  expect(house.shown().entries).toHaveLength(4);
});

test("known lines and transactions with other content are an alarm, and the books keep what was told first", () => {
  const house = openBooksHouse();
  house.bank([line("l1", "2026-10-07", 500)]);
  house.stripe({ balance_transactions: [txn("txn_1", "2026-10-02", "charge", 1000)] });
  const before = house.shown().entries;
  expect(house.bank([line("l1", "2026-10-07", 900)]).alarms).toEqual(["l1"]);
  expect(house.stripe({ balance_transactions: [txn("txn_1", "2026-10-02", "charge", 2000)] }).alarms).toEqual(
    ["txn_1"],
  );
  const { entries, queue } = house.shown();
  expect(entries).toEqual(before);
  expect(queue.filter(({ kind }) => kind === "changed").map(({ id }) => id)).toEqual(["l1", "txn_1"]);
});

test("a file is taken whole or not at all", () => {
  const house = openBooksHouse();
  const good = txn("txn_1", "2026-10-02", "charge", 1000);
  for (const bad of [
    { balance_transactions: [good, { ...txn("txn_2", "2026-10-02", "charge", 1000), net: 1 }] },
    {
      balance_transactions: [
        good,
        { ...txn("txn_2", "2026-10-02", "charge", 1000), amount: 10.5, net: 10.5 },
      ],
    },
    { balance_transactions: [good, "txn_2"] },
  ])
    expect(() => house.stripe(bad)).toThrow(/not as its source gives it/);
  expect(() => house.bank([line("l1", "2026-10-07", 1), line("l2", "2026-02-30", 1)])).toThrow(
    /its date is "2026-02-30"/,
  );
  expect(() => house.stripe({ error: { message: "no such key" } } as never)).toThrow(
    /none of Stripe's lists/,
  );
  expect(() => house.collective({ errors: [{ message: "no" }] } as never)).toThrow(/no list of transactions/);
  expect(() => house.bank([], "our bank")).toThrow(/cannot be the name/);
  house.bank([line("l0", "2026-10-07", 0, "a notice")]);
  expect([house.shown().entries, house.shown().queue]).toEqual([[], []]);
});
