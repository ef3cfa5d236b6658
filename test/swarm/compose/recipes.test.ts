/**
 * Recipes of others merge to what is expected of them: the merged configuration that lies beside each, read as a
 * compose file of its own, becomes the same payloads.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import {
  convert,
  mergeCompose,
  parseCompose,
  readCompose,
  refuseOwnMounts,
} from "../../../src/swarm/compose/index.ts";
import { Problem } from "../../../src/core/problem.ts";
import { loadCase, readFile, stack } from "./oracle/cases.ts";
import { canonical, canonicalLoaded } from "./oracle/compare.ts";
import { goldenRecipes, recipesFolder } from "./oracle/recipes.ts";

const recipes = goldenRecipes();
const name = recipes.length === 0 ? `left out, as ${recipesFolder} does not exist` : "there are recipes";
test.skipIf(recipes.length === 0)(name, () => {
  expect(recipes.length).toBeGreaterThanOrEqual(10);
});

test.each(recipes)("$name is merged as expected", ({ name, dir, golden, env }) => {
  const ours = loadCase({ name, dir, files: ["compose.yml"], env });
  if (ours instanceof Problem) expect.fail(ours.text.happened);
  // The expectation is already filled in: what looks like a variable there is text.
  const document = parseCompose(readFileSync(golden, "utf8"), path.basename(golden));
  const expected = convert(stack, mergeCompose([readCompose(document, { dir, env: {}, readFile })]), {
    readFile,
  });
  const services = Object.fromEntries(expected.services.map((spec) => [spec.Name, canonical(spec)]));
  // None of them is kept from being deployed.
  refuseOwnMounts(ours);
  expect(canonicalLoaded(ours)).toMatchObject({ services });
  expect(Object.keys(services)).toEqual(ours.services.map(({ spec }) => spec.Name));
  expect(ours.networks.map((one) => canonical(one))).toEqual(expected.networks.map((one) => canonical(one)));
  expect(ours.configs.map((one) => canonical(one)).sort(byName)).toEqual(
    expected.configs.map((one) => canonical(one)).sort(byName),
  );
  expect(ours.external).toEqual(expected.external);
});

function byName(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
