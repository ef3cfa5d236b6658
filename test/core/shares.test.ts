import fc from "fast-check";
import { expect, it } from "vitest";
import { partOf, partsOf } from "../../src/core/shares.ts";

const thirds = [
  { member: "cy", basisPoints: 3333 },
  { member: "ana", basisPoints: 3333 },
  { member: "bo", basisPoints: 3334 },
];

it("the last cent goes to the same person, whoever was typed first", () => {
  const once = partsOf(100n, "bo", thirds);
  expect(once).toEqual([
    { member: "ana", part: 33n },
    { member: "bo", part: 34n },
    { member: "cy", part: 33n },
  ]);
  expect(partsOf(100n, "bo", thirds.toReversed())).toEqual(once);
  const halves = [
    { member: "zoe", basisPoints: 5000 },
    { member: "ana", basisPoints: 5000 },
  ];
  expect([partOf(1n, "zoe", halves, "ana"), partOf(1n, "zoe", halves, "zoe")]).toEqual([1n, 0n]);
});

it("without shares all is the person's, and nothing anybody else's", () => {
  expect(partsOf(-7n, "bo", [])).toEqual([{ member: "bo", part: -7n }]);
  expect(partOf(-7n, "bo", [], "ana")).toBe(0n);
});

it("the parts add up to the whole", () => {
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 12n), 10n ** 12n), fc.integer({ min: 1, max: 9999 }), (whole, first) => {
      const shares = [
        { member: "b", basisPoints: first },
        { member: "a", basisPoints: 10_000 - first },
      ];
      expect(partsOf(whole, "b", shares).reduce((sum, { part }) => sum + part, 0n)).toBe(whole);
    }),
  );
});
