import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divideHalfUp, formatMoney, readMoney, splitByLargestRemainder } from "../../src/core/money.ts";

describe("an amount as people type it", () => {
  it.each([
    ["EUR250", "EUR 250.00"],
    ["12.50 eur", "EUR 12.50"],
    ["€12,5", "EUR 12.50"],
    ["-5GBP", "GBP -5.00"],
    ["JPY1200", "JPY 1200"],
    ["0.125 KWD", "KWD 0.125"],
  ])("%s is %s", (typed, shown) => {
    const money = readMoney(typed);
    expect(money && formatMoney(money)).toBe(shown);
  });

  it.each(["250", "EUR", "1,234.50 EUR", "1.2345EUR", "JPY12.5", "EUR 1 2 x", "", "EUREUR5", "1234.500 EUR"])(
    "%j is none",
    (typed) => {
      expect(readMoney(typed)).toBeUndefined();
    },
  );

  it("is read again as it was written", () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 14n), 10n ** 14n),
        fc.constantFrom("EUR", "JPY", "KWD"),
        (amountMinor, currency) => {
          expect(readMoney(formatMoney({ amountMinor, currency }))).toEqual({ amountMinor, currency });
        },
      ),
    );
  });
});

describe("rounding", () => {
  it.each([
    [5n, 10n, 1n],
    [-5n, 10n, -1n],
    [4n, 10n, 0n],
    [-4n, 10n, 0n],
    [15n, 10n, 2n],
    [40_000n, 60n, 667n],
  ])("%d / %d is %d", (dividend, divisor, rounded) => {
    expect(divideHalfUp(dividend, divisor)).toBe(rounded);
  });

  it("is never further off than half a unit", () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 9n), (dividend, divisor) => {
        const off = 2n * (divideHalfUp(dividend, divisor) * divisor - dividend);
        expect(off <= divisor && off >= -divisor).toBe(true);
      }),
    );
  });
});

describe("a split", () => {
  it("gives what is left to the largest remainders, and to the first where these are equal", () => {
    expect(splitByLargestRemainder(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(splitByLargestRemainder(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n]);
    expect(splitByLargestRemainder(5n, [6000n, 4000n])).toEqual([3n, 2n]);
    expect(splitByLargestRemainder(1n, [1000n, 9000n])).toEqual([0n, 1n]);
  });

  it("adds up to the whole, each part less than a unit from its share", () => {
    const weights = fc.array(fc.bigInt(0n, 10_000n), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), weights, (amount, shares) => {
        const whole = shares.reduce((sum, share) => sum + share, 0n);
        fc.pre(whole > 0n);
        const parts = splitByLargestRemainder(amount, shares);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        for (const [index, part] of parts.entries()) {
          const off = part * whole - amount * (shares[index] ?? 0n);
          expect(off < whole && off > -whole).toBe(true);
        }
      }),
    );
  });

  it("by nothing at all is refused", () => {
    expect(() => splitByLargestRemainder(1n, [0n])).toThrow(RangeError);
    expect(() => splitByLargestRemainder(1n, [2n, -1n])).toThrow(RangeError);
  });
});
