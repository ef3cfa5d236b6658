/** What we would send for our own files is what the docker CLI sent for them when its answers were recorded. */
import { expect, test } from "vitest";
import { Problem } from "../../../src/core/problem.ts";
import { expectGolden } from "../../golden.ts";
import { corpusCases, loadCase, withoutPlace } from "./oracle/cases.ts";
import { canonicalLoaded } from "./oracle/compare.ts";
import { readRecording } from "./oracle/golden.ts";
import { rules } from "./oracle/rules.ts";

const cases = corpusCases();

test("there are enough cases, of both kinds and with overlays", () => {
  const refused = cases.filter((one) => one.name.startsWith("refused-"));
  expect(cases.length - refused.length).toBeGreaterThanOrEqual(50);
  expect(refused.length).toBeGreaterThanOrEqual(60);
  expect(cases.length).toBeGreaterThanOrEqual(150);
  expect(cases.filter((one) => one.files.length > 1).length).toBeGreaterThanOrEqual(14);
});

test("every rule has a case that shows it", () => {
  const known = new Set(cases.map((one) => one.name));
  const lost = Object.entries(rules).flatMap(([rule, names]) =>
    names.split(" ").flatMap((name) => (known.has(name) ? [] : [`${rule}: there is no ${name}.yml`])),
  );
  expect(lost).toEqual([]);
});

test.each(cases)("$name: equal to what the CLI sent", (one) => {
  const recorded = readRecording(one);
  const ours = loadCase(one);
  if (recorded === undefined)
    expect.fail(`${one.name} was never shown to the CLI: npm run golden, where one is installed`);
  if ("refused" in recorded) {
    expect(ours, `the CLI refused it: ${recorded.refused}`).toBeInstanceOf(Problem);
    expect(one.name).toMatch(/^refused-/);
    return;
  }
  if (ours instanceof Problem) expect.fail(`the CLI took it, we say: ${ours.text.happened}`);
  expect(JSON.parse(withoutPlace(JSON.stringify(canonicalLoaded(ours)), one))).toEqual(recorded.accepted);
});

test("what is refused says where, what and what to do", () => {
  const texts = cases.flatMap((one) => {
    const ours = loadCase(one);
    if (!(ours instanceof Problem)) return [];
    const { happened, means, remedy } = ours.text;
    return [`${one.name} (${ours.code})\n  ${withoutPlace(happened, one)}\n  ${means}\n  ${remedy}\n`];
  });
  expectGolden("compose/problems.txt", texts.join("\n"));
});

test("what is passed over is said", () => {
  const texts = cases.flatMap((one) => {
    const ours = loadCase(one);
    if (ours instanceof Problem || ours.warnings.length === 0) return [];
    return [`${one.name}\n${ours.warnings.map((line) => `  ${withoutPlace(line, one)}\n`).join("")}`];
  });
  expectGolden("compose/warnings.txt", texts.join("\n"));
});
