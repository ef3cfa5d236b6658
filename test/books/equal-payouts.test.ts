/** Payouts of one amount that nothing names: as many lines are all of them, fewer are nobody's guess. */
import { expect, test } from "vitest";
import { line, openBooksHouse, plainPayouts } from "./house.ts";

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

test("of two equal payouts one is done and one is not: with both lines the first is matched and nobody is asked", () => {
  const house = openBooksHouse();
  house.stripe(
    plainPayouts(
      ["po_1", "2026-10-07", 900],
      ["po_2", "2026-10-08", 900, { reconciliation_status: "in_progress" }],
    ),
  );
  house.bank([line("l1", "2026-10-08", 900)]);
  expect(house.shown()).toMatchObject({ matched: [["po_1", "l1"]], states: { po_2: "waiting" }, queue: [] });
  house.bank([line("l2", "2026-10-08", 900)]);
  const { matched, states, queue } = house.shown();
  expect([matched, queue]).toEqual([[], []]);
  expect(states).toEqual({ l1: "waiting", l2: "waiting", po_1: "matched", po_2: "waiting" });
  expect(house.balances()).toEqual(["assets:bank:gls 1800 EUR", "income:hosting -1800 EUR"]);
});
