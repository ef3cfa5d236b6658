/** A batch is worked out the same way whatever the order, and loses no cent. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeBatch, type AgreedEntry, type BatchInput } from "../../src/work/payouts/computing.ts";

const names = ["ana", "bo", "cleo", "dan"];
const shares = fc
  .uniqueArray(fc.constantFrom(...names), { minLength: 0, maxLength: 4 })
  .chain((members) =>
    fc
      .array(fc.integer({ min: 1, max: 5000 }), { minLength: members.length, maxLength: members.length })
      .map((weights) => members.map((member, n) => ({ member, basisPoints: weights[n] ?? 1 }))),
  );
const entry = fc.record({
  person: fc.constantFrom(...names),
  hash: fc.constantFrom("a", "b", "c"),
  day: fc.constantFrom("2026-09-30", "2026-10-01", "2026-10-31"),
  amountMinor: fc.option(fc.bigInt(-(10n ** 9n), 10n ** 9n), { nil: null, freq: 10 }),
  currency: fc.constantFrom("EUR", "JPY"),
  shares,
});
const entries: fc.Arbitrary<AgreedEntry[]> = fc
  .array(entry, { maxLength: 20 })
  .map((all) => all.map((one, n) => ({ ...one, entry: n + 1 })));
const input: fc.Arbitrary<BatchInput> = fc.record({
  batch: fc.constant("bakor"),
  period: fc.constant("2026-10"),
  entries,
  holds: fc.array(
    fc.record({
      entry: fc.integer({ min: 1, max: 20 }),
      by: fc.constantFrom(...names),
      why: fc.constant("twice"),
    }),
    { maxLength: 3 },
  ),
  carried: fc
    .uniqueArray(fc.constantFrom(...names), { maxLength: 3 })
    .map((members) =>
      members.map((member) => ({ id: `older/${member}/EUR`, member, currency: "EUR", amountMinor: -500n })),
    ),
  payees: fc.subarray(names).map((some) => new Set(some)),
});
const sum = (all: readonly { amountMinor: bigint }[]): bigint =>
  all.reduce((whole, { amountMinor }) => whole + amountMinor, 0n);

describe("a batch", () => {
  it("is the same whatever the order of what it is made from", () => {
    fc.assert(
      fc.property(input, fc.infiniteStream(fc.nat()), (one, dice) => {
        const shuffled = <T>(all: readonly T[]): T[] =>
          all
            .map((item) => ({ item, at: Number(dice.next().value) }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const other = {
          ...one,
          entries: shuffled(one.entries).map((each) => ({ ...each, shares: shuffled(each.shares) })),
          holds: shuffled(one.holds),
          carried: shuffled(one.carried),
        };
        expect(computeBatch(other)).toEqual(computeBatch(one));
      }),
    );
  });

  it("loses no cent: the lines of an entry are its amount, the payables are the lines and what they take over", () => {
    fc.assert(
      fc.property(input, (one) => {
        const { lines, payables, leftOut } = computeBatch(one);
        const gone = new Set(leftOut.map((left) => left.entry));
        for (const { entry: number, amountMinor } of one.entries) {
          const own = lines.filter((line) => line.entry === number);
          if (gone.has(number)) expect(own).toEqual([]);
          else expect(sum(own)).toBe(amountMinor);
        }
        const takenOver = one.carried.filter(({ id }) =>
          payables.some(({ takesOver }) => takesOver.includes(id)),
        );
        expect(sum(payables)).toBe(sum(lines) + sum(takenOver));
        for (const { member, currency } of lines)
          expect(
            payables.filter((each) => each.member === member && each.currency === currency),
          ).toHaveLength(1);
      }),
    );
  });

  it("leaves out what is held, and has another hash then", () => {
    fc.assert(
      fc.property(input, (one) => {
        const free = computeBatch({ ...one, holds: [] });
        const [first] = free.lines;
        if (first === undefined) return;
        const held = computeBatch({ ...one, holds: [{ entry: first.entry, by: "bo", why: "twice" }] });
        expect(held.lines.some(({ entry: number }) => number === first.entry)).toBe(false);
        expect(held.hash).not.toBe(free.hash);
      }),
    );
  });
});

describe("in detail", () => {
  const base: BatchInput = {
    ...{ batch: "bakor", period: "2026-10", holds: [], carried: [], payees: new Set<string>() },
    entries: [],
  };
  const told = (more: Partial<AgreedEntry>): AgreedEntry => ({
    ...{
      entry: 1,
      person: "bo",
      hash: "h",
      day: "2026-10-05",
      amountMinor: 100n,
      currency: "EUR",
      shares: [],
    },
    ...more,
  });

  it("gives the cents that are left over to the largest remainders, by name where these are equal", () => {
    const third = ["cleo", "ana", "bo"].map((member) => ({ member, basisPoints: 3333 }));
    const { lines } = computeBatch({ ...base, entries: [told({ shares: third })] });
    expect(lines.map(({ member, amountMinor }) => [member, amountMinor])).toEqual([
      ["ana", 34n],
      ["bo", 33n],
      ["cleo", 33n],
    ]);
  });

  it("names late entries, those without an amount, and who has not said how they are paid", () => {
    const entries = [
      told({ day: "2026-09-30" }),
      told({ entry: 2, amountMinor: null }),
      told({ entry: 3, currency: null }),
      told({ entry: 4, person: "cleo", amountMinor: -5n }),
    ];
    const { late, leftOut, withoutWay } = computeBatch({ ...base, entries });
    expect(late).toEqual([1]);
    expect(leftOut.map(({ entry: number, why }) => [number, why])).toEqual([
      [2, "no-amount"],
      [3, "no-amount"],
    ]);
    // Who owes is not asked how they are paid.
    expect(withoutWay).toEqual(["bo"]);
  });

  it("takes over what an earlier batch left below zero, in the same currency, once there is a line", () => {
    const carried = [
      { id: "older/bo/EUR", member: "bo", currency: "EUR", amountMinor: -30n },
      { id: "older/bo/JPY", member: "bo", currency: "JPY", amountMinor: -30n },
      { id: "older/ana/EUR", member: "ana", currency: "EUR", amountMinor: -30n },
    ];
    const { payables } = computeBatch({ ...base, carried, entries: [told({})] });
    expect(payables).toEqual([
      { id: "bakor/bo/EUR", member: "bo", currency: "EUR", amountMinor: 70n, takesOver: ["older/bo/EUR"] },
    ]);
  });
});
