import { describe, expect, it, test } from "vitest";
import { migrationWords, newestWithin, stepBetween } from "../../src/recipes/index.ts";
import { v } from "../apps/fake-recipes.ts";

describe("how large a step is", () => {
  it.each([
    ["1.0.0+1.0.0", "1.0.1+1.0.1", "patch"],
    ["1.0.0+1.0.0", "1.1.0+1.2.0", "minor"],
    ["1.0.0+1.0.0", "2.0.0+1.0.0", "major"],
    // The program's own major version counts, whatever the recipe calls it.
    ["5.0.2+28.0.6", "5.0.3+29.0.1", "major"],
    ["1.0.0+v2.4.8", "1.0.1+v2.5.0", "patch"],
    ["1.0.0+v2.4.8", "1.0.1+3.0.0", "major"],
    // The older form: only the database moved.
    ["5.7.1", "5.7.1_1", "patch"],
    // An image tag that says nothing: the same one is no step, another one is looked at by a person.
    ["1.0.0+stable", "1.0.1+stable", "patch"],
    ["1.0.0+stable", "1.0.1+edge", "major"],
    ["1.0.0", "1.0.1+1.0", "major"],
    ["unknown", "1.0.1", "major"],
    ["1.0", "1.0.1", "patch"],
    ["1.0.99999999999999999999", "1.0.100000000000000000000", "patch"],
  ])("%s to %s is a %s one", (from, to, size) => {
    expect(stepBetween(from, to)).toBe(size);
  });
});

test("the newest within a policy is no preview, no older one and no larger step", () => {
  const versions = [
    "3.0.0+3.0",
    "2.0.0-rc1+1.0",
    "1.2.0+1.0",
    "1.1.5+1.0",
    "1.1.6-rc1+1.0",
    "1.1.4+1.0",
    "1.0.0+1.0",
  ].map(v);
  const from = v("1.1.4+1.0");
  expect(newestWithin(versions, from, "patch")).toBe("1.1.5+1.0");
  expect(newestWithin(versions, from, "minor")).toBe("1.2.0+1.0");
  expect(newestWithin(versions, from, "major")).toBe("3.0.0+3.0");
  expect(newestWithin(versions, v("3.0.0+3.0"), "major")).toBeNull();
  expect(newestWithin([], from, "major")).toBeNull();
});

test.each([
  ["Run the migration first.", ["migration"]],
  ["BREAKING: the volume has another name", ["breaking"]],
  ["You must rotate the key manually.", ["manually"]],
  ["Nothing has to be done by hand.", ["by hand"]],
  ["Make a back-up, and before upgrading read the page.", ["back-up", "before upgrading"]],
  ["Expect downtime. This is irreversible.", ["downtime", "irreversible"]],
  ["Updates the database schema and re-indexes.", ["schema", "re-indexes"]],
  ["Faster uploads. Fixes a crash when breakfast is served.", []],
  ["", []],
])("%j speaks of %j", (notes, found) => {
  expect(migrationWords(notes)).toEqual(found);
});
