/** Names of lines: the same whenever they come, different for lines that are two. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { identified, type StatementLine } from "../../../src/books/statements/index.ts";

const line = (more: Partial<StatementLine> = {}): StatementLine => ({
  date: "2026-10-05",
  amountMinor: -350n,
  currency: "EUR",
  text: "Coffee",
  ...more,
});
const idsOf = (lines: StatementLine[], account = "gls"): string[] =>
  identified(lines, account).map(({ extId }) => extId);

test("by the bank's id where it gives one, and else by what they are", () => {
  expect(idsOf([line({ id: "B1" }), line()])).toEqual(["gls/B1", "gls/2026-10-05/3ec1512640221f92999497a7"]);
  expect(identified([line({ id: "B1" })], "gls")).toEqual([{ ...line({ id: "B1" }), extId: "gls/B1" }]);
});

test("whatever differs makes another name", () => {
  const ids = [
    ...idsOf([
      line(),
      line({ date: "2026-10-06" }),
      line({ amountMinor: 350n }),
      line({ currency: "GBP" }),
      line({ text: "Tea" }),
    ]),
    ...idsOf([line()], "wise"),
  ];
  expect(new Set(ids).size).toBe(6);
});

test("equal lines stay two, and a statement that overlaps adds nothing", () => {
  const first = idsOf([line(), line({ text: "Tea" }), line()]);
  expect(first[2]).toBe(`${first[0] ?? ""}#2`);
  const second = idsOf([line(), line(), line({ date: "2026-10-06" })]);
  expect(second.filter((id) => !first.includes(id))).toHaveLength(1);
});

test("a bank's id that is there twice is numbered by contents, not by their order in the file", () => {
  const [payment, charge] = [line({ id: "B1", amountMinor: -5000n }), line({ id: "B1", amountMinor: -20n })];
  const named = (lines: StatementLine[]) =>
    new Map(identified(lines, "gls").map(({ amountMinor, extId }) => [amountMinor, extId]));
  expect(named([payment, charge])).toEqual(named([charge, payment]));
  expect([...named([payment, charge]).values()].sort()).toEqual(["gls/B1", "gls/B1#2"]);
});

test("whatever the days and the order of two exports, their lines together are those of the whole", () => {
  const days = ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"];
  const lines = fc.array(
    fc.record({
      date: fc.constantFrom(...days),
      amountMinor: fc.constantFrom(-1n, 2n),
      currency: fc.constant("EUR"),
      text: fc.constantFrom("a", "b"),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(lines, fc.nat(3), fc.nat(3), fc.boolean(), (all, until, from, turned) => {
      fc.pre(from <= until);
      const first = all.filter(({ date }) => days.indexOf(date) <= until);
      const later = all.filter(({ date }) => days.indexOf(date) >= from);
      const ids = new Set([...idsOf(first), ...idsOf(turned ? later.toReversed() : later)]);
      expect(ids).toEqual(new Set(idsOf(all)));
      expect(ids.size).toBe(all.length);
    }),
  );
});
