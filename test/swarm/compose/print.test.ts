/** The merged files as one file again: as `docker stack config` printed them, and in YAML that everybody reads alike. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Json } from "../../../src/core/canonical.ts";
import { Problem } from "../../../src/core/problem.ts";
import { yamlText } from "../../../src/swarm/compose/index.ts";
import { goDuration, goFloat32 } from "../../../src/swarm/compose/print/go.ts";
import { readDuration } from "../../../src/swarm/compose/amounts.ts";
import { corpusCases, printCase, valuesIn, withoutPlace } from "./oracle/cases.ts";
import { readMerged } from "./oracle/golden.ts";
import { goldenRecipes, recipesFolder } from "./oracle/recipes.ts";
import { readFileSync } from "node:fs";

const merged = readMerged();

test.each(corpusCases())("$name: as the CLI printed it", (one) => {
  const ours = printCase(one);
  expect(ours instanceof Problem ? null : valuesIn(withoutPlace(ours, one))).toEqual(merged[one.name]);
});

const recipes = goldenRecipes();
const leftOut = recipes.length === 0 ? `: left out, as ${recipesFolder} does not exist` : "";
describe.skipIf(recipes.length === 0)(`recipes of others${leftOut}`, () => {
  it("are as the expectations beside them", () => {
    for (const { golden, ...one } of recipes) {
      const ours = printCase({ ...one, files: ["compose.yml"] });
      if (ours instanceof Problem) expect.fail(`${one.name}: ${ours.text.happened}`);
      // The expectation names files from the recipe's folder.
      expect(valuesIn(ours.replaceAll(`${one.dir}/`, "")), one.name).toEqual(
        valuesIn(readFileSync(golden, "utf8").replaceAll("file: ./", "file: ")),
      );
    }
  });
});

const word = fc.oneof(
  fc.constantFrom(
    "yes",
    "on",
    "~",
    "null",
    "0755",
    "0o7",
    "1_000",
    "2020-01-01",
    "1e6",
    ".5",
    "- a",
    "a: b",
    "#",
    "",
  ),
  fc.constantFrom(
    "two\nlines",
    " space",
    "end ",
    "a #b",
    "<<",
    "=",
    "!x",
    "&a",
    "*a",
    "%",
    "@",
    "`",
    "{",
    "[",
    "'",
    '"',
  ),
  fc.string({ maxLength: 8 }),
);
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    word,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(
      word.filter((key) => key !== "__proto__"),
      tie("tree"),
      { maxKeys: 4 },
    ),
  ),
}));

test("what is printed is read back as it was", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("a", "b"), tree), (value) => {
      expect(valuesIn(yamlText(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 500 },
  );
});

test("times and floats are printed as Go prints them, and read back", () => {
  expect([0, 1, 1500, 2e6, 1.5e9, 90e9, 3600e9, -5e9].map(goDuration)).toEqual([
    ...["0s", "1ns", "1.5µs", "2ms", "1.5s", "1m30s", "1h0m0s", "-5s"],
  ]);
  expect([0.15, 0.123456789, 1].map(goFloat32)).toEqual([0.15, 0.12345679, 1]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e15 }), (time) => {
      expect(readDuration(goDuration(time))).toBe(time);
    }),
  );
});
