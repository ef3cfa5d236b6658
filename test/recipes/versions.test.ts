import fc from "fast-check";
import { expect, it } from "vitest";
import { RecipeVersion } from "../../src/core/terms.ts";
import { compareVersions, isMajor, newestRelease, notesBetween } from "../../src/recipes/index.ts";

const ordered = [
  "not a version",
  "0.0.1",
  "1.0.0",
  "1.0.0+1.0.5-x",
  "1.0.0+1.0.9",
  "1.0.0+1.0.10",
  "2.0.0-rc1+1.0.5-x",
  "2.0.0-rc2+1.0.5-x",
  "2.0.0+1.0.5-x",
  "2.0.1+1.0.6-social-amd64",
  "5.7.1",
  "5.7.1_1",
  "5.7.1_2",
  "5.7.2",
  "v5.10.0",
  "20260101.1",
];

it("orders versions as the recipes' maintainers mean them", () => {
  const shuffled = [...ordered].reverse();
  expect(shuffled.sort(compareVersions)).toEqual(ordered);
});

it("is an order: antisymmetric, transitive, equal only for equals", () => {
  const version = fc.stringMatching(
    /^v?\d{1,2}(\.\d{1,2}){0,2}(_\d)?(-[a-c1-2.]{1,3})?(\+[a-c1-3.-]{1,4})?$/,
  );
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
      expect(compareVersions(a, b) === 0).toBe(a === b);
      const [x, y, z] = [a, b, c].sort(compareVersions) as [string, string, string];
      expect(compareVersions(x, y) <= 0 && compareVersions(y, z) <= 0 && compareVersions(x, z) <= 0).toBe(
        true,
      );
    }),
  );
});

it("takes a preview only when there is nothing else", () => {
  const of = (...versions: string[]) => newestRelease(versions.map((v) => RecipeVersion.parse(v)));
  expect(of("2.0.0-rc1+1.5", "1.0.0+1.5")).toBe("1.0.0+1.5");
  expect(of("2.0.1+1.0.6-social-amd64", "1.0.0")).toBe("2.0.1+1.0.6-social-amd64");
  expect(of("2.0.0-rc1")).toBe("2.0.0-rc1");
  expect(of()).toBeNull();
});

it("sees a new major version", () => {
  expect(isMajor("1.9.0+2", "2.0.0+2")).toBe(true);
  expect(isMajor("1.0.0+2", "1.9.0+3")).toBe(false);
  expect(isMajor("latest", "1.9.0+3")).toBe(false);
});

it("joins the notes of every skipped version, oldest first", () => {
  const notes = { "1.0.0": "first", "1.2.0": "second", "1.10.0": "third", "2.0.0": "later", next: "draft" };
  expect(notesBetween(notes, "1.0.0", "1.10.0")).toBe("**1.2.0**\nsecond\n\n**1.10.0**\nthird");
  expect(notesBetween(notes, "1.10.0", "1.0.0")).toBe("");
});
