/** A month played through, beside a calculation of its own by fractions of whole numbers. */
import { beforeAll, describe, expect, it } from "vitest";
import { csvOf } from "../../src/core/csv.ts";
import { beancountOf, hledgerOf, linesTable, reportJson } from "../../src/work/index.ts";
import { expectGolden } from "../golden.ts";
import { openWorkHouse, type WorkHouse } from "./payouts-house.ts";
import { tomek, sadel, rufin, october, november, playDecember, playNovember, playOctober } from "./month.ts";

/** A rational number in whole numbers: nothing of ours is used to work it out. */
interface Fraction {
  over: bigint;
  under: bigint;
}
const fraction = (over: number, under: number): Fraction => ({ over: BigInt(over), under: BigInt(under) });
const times = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.over, under: a.under * b.under });
/** The whole number nearest to it; of two the one further from zero. */
function nearest({ over, under }: Fraction): bigint {
  const size = over < 0n ? -over : over;
  let whole = size / under;
  if ((size - whole * under) * 2n >= under) whole += 1n;
  return over < 0n ? -whole : whole;
}
const worth = (minutes: number, perHour: number): bigint =>
  nearest(times(fraction(minutes, 60), fraction(perHour, 1)));

let house: WorkHouse;
beforeAll(() => {
  house = openWorkHouse();
  playOctober(house);
  playNovember(house);
  playDecember(house);
});
const amounts = (batch: string): Record<string, bigint> =>
  Object.fromEntries(
    house.payouts
      .payables({ batch })
      .map(({ member, currency, amountMinor }) => [`${member} ${currency}`, amountMinor]),
  );

describe("the totals", () => {
  it("of October are what fractions say", () => {
    // Entry by entry: minutes/60 × the rate of the day, rounded once.
    const e1 = worth(140, 2000);
    const e2 = worth(100, 2000);
    const e3 = worth(95, 2150);
    const e4 = worth(47, 3000);
    const e8 = worth(31, 2000);
    expect([e1, e2, e3, e4, e8]).toEqual([4667n, 3333n, 3404n, 2350n, 1033n]);
    for (const { minutes, perHour, amount } of [...october, ...november])
      if (minutes !== null && perHour != null) expect(BigInt(amount ?? 0)).toBe(worth(minutes, perHour));
    // 33.33 by 3333, 3333 and 3334 of 10,000: 11.108889, 11.108889 and 11.112222; the two cents that are left go to
    // the largest remainders: .8889 of ana and of bo.
    const whole = { ana: 1110n, bo: 1110n, cleo: 1111n };
    const split = { ana: whole.ana + 1n, bo: whole.bo + 1n, cleo: whole.cleo };
    expect(split.ana + split.bo + split.cleo).toBe(e2);
    expect(amounts(tomek)).toEqual({
      "ana EUR": split.ana,
      "bo EUR": e1 + split.bo + e3 + e8,
      "cleo EUR": split.cleo,
      "cleo JPY": e4,
    });
  });

  it("of November hold the corrections, and what is not above zero is carried into December", () => {
    expect(amounts(rufin)).toEqual({
      "bo EUR": worth(-20, 2000) + worth(61, 2150),
      "cleo JPY": worth(-47, 3000),
    });
    expect(amounts(sadel)).toEqual({ "cleo JPY": worth(60, 3000) + worth(-47, 3000) });
    const [carried] = house.payouts.payables({ batch: rufin }).filter(({ state }) => state === "carried");
    expect(carried).toMatchObject({
      id: "rufin/cleo/JPY",
      amountMinor: -2350n,
      carriedInto: "sadel/cleo/JPY",
    });
  });

  it("are the same from every side, over all batches", () => {
    const report = house.payouts.report({});
    const of = (sums: readonly { currency: string; amountMinor: bigint }[], currency: string): bigint =>
      sums.filter((sum) => sum.currency === currency).reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    const { persons, circles, budgets, seats, periods, lines, totals } = report;
    for (const currency of ["EUR", "JPY"])
      for (const side of [persons, circles, budgets, seats, periods, lines])
        expect(of(side, currency)).toBe(of(totals, currency));
    expect(totals.map(({ currency, amountMinor }) => [currency, amountMinor])).toEqual([
      ["EUR", 4667n + 3333n + 3404n + 1033n - 667n + 2186n],
      ["JPY", 2350n - 2350n + 3000n],
    ]);
  });
});

describe("what becomes of entries", () => {
  it("is paid, held, recorded or waits, each once", () => {
    expect(house.statesOf()).toEqual({
      1: "paid",
      // ana has not said how she is paid.
      2: "batched",
      3: "paid",
      4: "paid",
      5: "recorded",
      6: "recorded",
      7: "approved",
      8: "paid",
      9: "submitted",
      10: "batched",
      11: "batched",
      12: "batched",
      13: "batched",
    });
  });

  it("volunteering and things in kind are in a section of their own", () => {
    const { given, lines } = house.payouts.report({ batch: tomek });
    expect(given.work.map(({ entry }) => entry)).toEqual([5, 6]);
    expect(given).toMatchObject({ minutes: 120, paidMinutes: 140 + 100 + 95 + 47 + 31 });
    expect(lines.some(({ entry }) => entry === 5 || entry === 6)).toBe(false);
  });
});

describe("the golden report", () => {
  it.each([tomek, rufin])("of %s: JSON, CSV, hledger, beancount", (batch) => {
    const report = house.payouts.report({ batch });
    expectGolden(`payouts/${batch}.json`, `${JSON.stringify(reportJson(report), null, 2)}\n`);
    expectGolden(`payouts/${batch}.csv`, csvOf(linesTable(report.lines, report.payables)));
    expectGolden(`payouts/${batch}.journal`, hledgerOf(report));
    expectGolden(`payouts/${batch}.beancount`, beancountOf(report));
  });

  it("does not change by what happens after its batch was agreed to", () => {
    const again = openWorkHouse();
    playOctober(again);
    const before = hledgerOf(again.payouts.report({ batch: tomek }));
    const disputes = again.payouts.report({ batch: tomek }).disputes;
    again.clock.pass(1000);
    again.hold(1, "ana", "too late");
    playNovember(again);
    const report = again.payouts.report({ batch: tomek });
    expect(hledgerOf(report)).toBe(before);
    expect(report.disputes).toEqual(disputes);
  });
});
