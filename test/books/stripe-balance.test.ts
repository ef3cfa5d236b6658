/** What Stripe says that it holds, beside what the books come to. */
import { expect, test } from "vitest";
import { openBooksHouse, txn, type BooksHouse } from "./house.ts";

const holds = (availableMinor: number, pendingMinor = 0): Record<string, unknown> => ({
  object: "balance",
  available: [{ amount: availableMinor, currency: "eur" }],
  pending: [{ amount: pendingMinor, currency: "eur" }],
});

function proofOf(house: BooksHouse): { ok: boolean; difference: number; note: string } | undefined {
  const found = house.shown().proofs.find(({ proof }) => proof === "assets:stripe");
  return found && { ok: found.ok, difference: found.difference, note: found.note };
}

test("available and pending together are what the books come to, or it is said by how much they are not", () => {
  const house = openBooksHouse();
  house.stripe({ balance_transactions: [txn("txn_1", "2026-10-01", "charge", 1000)] });
  expect(proofOf(house)).toEqual({ ok: true, difference: 0, note: "Stripe has not said what it holds" });
  house.stripe({ balance: holds(600, 400) });
  expect(proofOf(house)).toEqual({ ok: true, difference: 0, note: "available and pending" });
  house.stripe({ balance: holds(600, 401) });
  expect(proofOf(house)).toMatchObject({ ok: false, difference: -1 });
});

test("the last word counts, also where it is what was said before", () => {
  const house = openBooksHouse();
  house.stripe({
    balance_transactions: [txn("txn_1", "2026-10-01", "charge", 1000)],
    balance: holds(1000),
  });
  house.stripe({ balance_transactions: [txn("txn_2", "2026-10-02", "charge", 500)], balance: holds(1500) });
  expect(proofOf(house)).toMatchObject({ ok: true, difference: 0 });
  house.stripe({ balance_transactions: [txn("txn_3", "2026-10-03", "refund", -500)], balance: holds(1000) });
  expect(proofOf(house)).toMatchObject({ ok: true, difference: 0 });
});
