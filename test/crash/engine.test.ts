import { expect, test } from "vitest";
import { crashEverywhere, lineOf, type Scenario } from "./harness.ts";
import { deployScenario, provisionScenario, tourScenario } from "./stories.ts";

const scenarios = [
  deployScenario(true),
  deployScenario(false),
  provisionScenario(),
  tourScenario(),
] as unknown as Scenario<never>[];

test.for(scenarios)("$name survives a power cut at every point, whatever fails", async (scenario) => {
  const report = await crashEverywhere(scenario);
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(50);
});
