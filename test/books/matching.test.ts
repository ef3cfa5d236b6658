/** Matching on its own: names, windows, groups, and never a guess. */
import { expect, test } from "vitest";
import { plusBusinessDays } from "../../src/books/days.ts";
import { match, type Claim, type Line } from "../../src/books/match/match.ts";

const claim = (id: string, amount: number, arrival: string | null, references: string[] = []): Claim => ({
  ...{ id, kind: arrival === null ? "expense" : "payout", amountMinor: BigInt(amount), currency: "EUR" },
  ...{ arrival, references },
});
const line = (key: string, amount: number, date: string, text = "", currency = "EUR"): Line => ({
  ...{ key, amountMinor: BigInt(amount), date, text, currency },
});

function pairsOf(claims: Claim[], lines: Line[]): string[] {
  return match(claims, lines).pairs.map(([{ id }, { key }]) => `${id} ${key}`);
}

test("five business days after a Thursday is the next Thursday; one before a Monday is the Friday", () => {
  expect(plusBusinessDays("2026-10-08", 5)).toBe("2026-10-15");
  expect(plusBusinessDays("2026-10-12", -1)).toBe("2026-10-09");
});

test.each([
  ["2026-10-06", false],
  ["2026-10-07", true],
  ["2026-10-15", true],
  ["2026-10-16", false],
])("a payout that should arrive on Thursday, 8 October, and a line of %s", (date, found) => {
  expect(pairsOf([claim("po", 5, "2026-10-08")], [line("l", 5, date)])).toEqual(found ? ["po l"] : []);
});

test("another currency is another amount, and a name does not overrule it", () => {
  const po = claim("po", 5, "2026-10-08", ["TRACE-1"]);
  expect(pairsOf([po], [line("l", 5, "2026-10-08", "TRACE-1", "GBP")])).toEqual([]);
});

test.each([
  ["STRIPE TRACE-77 thanks", true],
  ["stripe trace-77", true],
  ["(TRACE-77)", true],
  ["TRACE-777", false],
  ["XTRACE-77", false],
  ["TRACE 77", false],
])("the reference TRACE-77 in %s", (text, found) => {
  expect(pairsOf([claim("e", 5, null, ["TRACE-77"])], [line("l", 5, "2026-10-08", text)])).toEqual(
    found ? ["e l"] : [],
  );
});

test("a long reference that the bank has broken is found, and not as a part of a longer one", () => {
  const broken = (text: string): string[] =>
    pairsOf([claim("e", 5, null, ["ABCDEF123456"])], [line("l", 5, "2026-10-08", text)]);
  expect(broken("ref ABCDEF 123 456.")).toEqual(["e l"]);
  expect(broken("ref ABCDEF 123 4567")).toEqual([]);
});

test("names come before amounts: what is left over is then alone", () => {
  const claims = [claim("po_1", 5, "2026-10-08"), claim("po_2", 5, "2026-10-08", ["TRACE-2"])];
  const lines = [line("l1", 5, "2026-10-08", "TRACE-2"), line("l2", 5, "2026-10-09")];
  expect(pairsOf(claims, lines)).toEqual(["po_2 l1", "po_1 l2"]);
});

test("a line that names one payout is not given to another of its amount", () => {
  const claims = [claim("po_1", 5, "2026-10-08"), claim("po_2", 6, "2026-10-08", ["TRACE-2"])];
  const found = match(claims, [line("l", 5, "2026-10-08", "TRACE-2")]);
  expect(found.pairs).toEqual([]);
  expect(found.differing.map(([c, l]) => [c.map(({ id }) => id), l.map(({ key }) => key)])).toEqual([
    [["po_2"], ["l"]],
  ]);
  expect(found.claimsLeft.map(({ id }) => id)).toEqual(["po_1"]);
});

test("one reference on two lines of the amount is no pair", () => {
  const found = match(
    [claim("po", 5, "2026-10-08", ["TRACE-2"])],
    [line("l1", 5, "2026-10-08", "TRACE-2"), line("l2", 5, "2026-10-08", "TRACE-2")],
  );
  expect([found.pairs, found.groups, found.ambiguous.length]).toEqual([[], [], 1]);
});

test("equal counts are a group only where each payout can have a line of its own", () => {
  // Two payouts of early October and one of late: both lines are early.
  const claims = [claim("a", 5, "2026-10-05"), claim("b", 5, "2026-10-06"), claim("c", 5, "2026-10-30")];
  const early = [line("l1", 5, "2026-10-06"), line("l2", 5, "2026-10-07")];
  const found = match(claims, early);
  expect(found.groups.map(([c, l]) => [c.map(({ id }) => id), l.map(({ key }) => key)])).toEqual([
    [
      ["a", "b"],
      ["l1", "l2"],
    ],
  ]);
  expect(found.claimsLeft.map(({ id }) => id)).toEqual(["c"]);
  // Three of one amount, two lines: nobody can tell which is missing.
  const three = match([...claims.slice(0, 2), claim("d", 5, "2026-10-07")], early);
  expect([three.pairs, three.groups]).toEqual([[], []]);
  expect(three.ambiguous.map(([c, l]) => [c.length, l.length])).toEqual([[3, 2]]);
});

test("one transfer that names two payables pays both", () => {
  const claims = [claim("x", -5, null, ["bakor-bo-EUR"]), claim("y", -7, null, ["bakor-ana-EUR"])];
  const found = match(claims, [line("l", -12, "2026-10-08", "bakor-bo-EUR bakor-ana-EUR")]);
  expect(found.groups.map(([c]) => c.map(({ id }) => id))).toEqual([["x", "y"]]);
});
