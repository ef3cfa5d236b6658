/** What work is worth: exact, and the same in whatever order it is looked at. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitByLargestRemainder } from "../../src/core/money.ts";
import { addDays, dayIn, daysBetween, momentOf, readDay } from "../../src/core/work-day.ts";
import { People, RightTime, Shares, TimeOrAmount } from "../../src/core/work-terms.ts";
import { rateFor } from "../../src/work/ground/rates.ts";
import { amountOf } from "../../src/work/entries/worth.ts";
import type { Rate } from "../../src/work/types.ts";

test("an amount is minutes × rate / 60, rounded half up once, as rational numbers say", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -600_000, max: 600_000 }),
      fc.integer({ min: 1, max: 10_000_000 }),
      (minutes, rate) => {
        const sixtieths = BigInt(minutes) * BigInt(rate);
        const amount = amountOf(minutes, rate);
        // |amount × 60 − minutes × rate| ≤ 30, and a half goes away from zero.
        const off = amount * 60n - sixtieths;
        expect(off <= 30n && off >= -30n).toBe(true);
        if (off === 30n) expect(sixtieths >= 0n).toBe(true);
        if (off === -30n) expect(sixtieths <= 0n).toBe(true);
      },
    ),
  );
  expect([amountOf(20, 2000), amountOf(1, 30), amountOf(-1, 30), amountOf(40, 2000)]).toEqual([
    667n,
    1n,
    -1n,
    1333n,
  ]);
});

test("shares add up to the whole", () => {
  fc.assert(
    fc.property(
      fc.bigInt(-1_000_000n, 1_000_000n),
      fc.array(fc.bigInt(1n, 10_000n), { minLength: 1, maxLength: 20 }),
      (amount, weights) => {
        const parts = splitByLargestRemainder(amount, weights);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
      },
    ),
  );
});

const rate = (more: Partial<Rate>): Rate => ({
  ...{ id: 1, scope: "all", subject: "", perHourMinor: 2000, currency: "EUR", resolution: "R003" },
  ...{ fromDay: "2026-01-01", untilDay: null },
  ...more,
});
const rates = [
  rate({ id: 1, untilDay: "2026-06-30" }),
  rate({ id: 2, perHourMinor: 2500, fromDay: "2026-07-01" }),
  rate({ id: 3, scope: "circle", subject: "recipes", perHourMinor: 3000 }),
  rate({ id: 4, scope: "person", subject: "bo", perHourMinor: 1000 }),
  rate({ id: 5, scope: "role", subject: "maintainer", perHourMinor: 2700 }),
  rate({ id: 6, scope: "role", subject: "treasurer", perHourMinor: 2800 }),
  rate({ id: 7, currency: "GBP", perHourMinor: 1700 }),
];
const worker = { person: "ana", roles: [] as never[], circle: "docs", currency: "EUR", day: "2026-07-01" };

describe("rates", () => {
  test.each([
    [{}, 2],
    [{ day: "2026-06-30" }, 1],
    [{ circle: "recipes" }, 3],
    [{ circle: "recipes", person: "bo" }, 4],
    [{ roles: ["maintainer"] }, 5],
    [{ roles: ["maintainer", "treasurer"] }, 6],
    [{ roles: ["maintainer"], circle: "recipes" }, 3],
    [{ currency: "GBP", person: "bo" }, 7],
  ])("of %j it is %d, in whatever order they lie", (more, id) => {
    const wanted = { ...worker, ...(more as object) };
    expect(rateFor(rates, wanted).id).toBe(id);
    expect(rateFor(rates.toReversed(), wanted).id).toBe(id);
  });

  test("that have ended are named", () => {
    const ended = [rate({ id: 9, untilDay: "2026-03-31" })];
    expect(() => rateFor(ended, worker)).toThrow("rate 9 ended on 2026-03-31");
    expect(() => rateFor([], worker)).toThrow("No rate in EUR");
  });
});

describe("days", () => {
  test("are those of the calendar where somebody lives, over changes of the clocks", () => {
    const at = Date.parse("2026-03-29T00:30:00Z");
    expect([dayIn("UTC", at), dayIn("America/New_York", at), dayIn("Pacific/Auckland", at)]).toEqual([
      ...["2026-03-29", "2026-03-28", "2026-03-29"],
    ]);
    for (const zone of ["Europe/Berlin", "Asia/Kolkata", "America/New_York", "Pacific/Auckland", "UTC"])
      for (const day of ["2026-03-28", "2026-03-29", "2026-03-30", "2026-10-25", "2026-11-30"]) {
        const moment = momentOf(day, 9, zone);
        expect([zone, dayIn(zone, moment)]).toEqual([zone, day]);
        const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
        expect(hour.format(moment)).toBe("09:00");
      }
  });
  test("count forwards and backwards alike", () => {
    fc.assert(
      fc.property(fc.integer({ min: -5000, max: 5000 }), (days) => {
        expect(daysBetween("2026-11-26", addDays("2026-11-26", days))).toBe(days);
      }),
    );
    expect(readDay("2026-02-29", "2026-11-26")).toBeUndefined();
    expect(readDay("2028-02-29", "2026-11-26")).toBe("2028-02-29");
  });
});

test("words are read as people type them", () => {
  expect(TimeOrAmount.parse("2h30")).toEqual({ minutes: 150, lump: null });
  expect(TimeOrAmount.parse("100€")).toEqual({
    minutes: null,
    lump: { amountMinor: 10_000n, currency: "EUR" },
  });
  expect(RightTime.parse("0")).toBe(0);
  expect(People.parse("@bo, cy,@di:example.coop")).toEqual(["bo", "cy", "@di:example.coop"]);
  expect(Shares.parse("33.33%,33.34,33.33%")).toEqual([3333, 3334, 3333]);
  for (const wrong of ["", "0%", "101%", "40%%", "-1"])
    expect([wrong, Shares.safeParse(wrong).success]).toEqual([wrong, false]);
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const schema of [TimeOrAmount, RightTime, People, Shares]) schema.safeParse(text);
    }),
  );
});
