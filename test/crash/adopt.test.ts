/** An app that runs is taken over; whatever fails, wherever the power goes, there is one row or none. */
import { expect, test } from "vitest";
import adopt from "../../workflows/adopt.ts";
import { app, cancelledWays, see, tradesOf, worldOf, type AppsWorld, type Seen } from "./apps-world.ts";
import { isCalm } from "./endings.ts";
import { crashEverywhere, lineOf, patienceMs, type Expected, type Scenario } from "./harness.ts";

const unknown: Seen = {
  runs: { app: "1.0.0+1.0" },
  secrets: 2,
  volumes: 1,
  pinned: undefined,
  history: [],
  audit: [],
};
const known: Seen = { ...unknown, pinned: "1.0.0+1.0", audit: ["ana app.adopted"] };
/** Written down, and taken back before the run had ended. */
const forgotten: Seen = { ...unknown, audit: ["ana app.adopted", "ana app.forgotten"] };
const ended: Expected = { status: "done", world: known };

const scenario: Scenario<AppsWorld> = {
  name: "adopt",
  workflow: adopt,
  input: { app },
  world: (db) => worldOf(db, { registered: false, runs: true }),
  trades: tradesOf,
  see,
  answer: (ask) => (ask.weight === "light" && ask.subject === app ? "approve" : "decline"),
  expect(variant) {
    if (isCalm(variant)) return ended;
    if (variant.kind === "declined")
      return { status: "failed", problem: "approval-declined", world: unknown };
    if (variant.kind === "cancelled") return cancelledWays([unknown, forgotten], ended);
    if (variant.kind === "fails" && variant.step === "write it down") {
      const world = variant.when === "before" ? unknown : forgotten;
      return { status: "undone", problem: "injected", world };
    }
    return { status: "failed", problem: "injected", world: unknown };
  },
};

test("adopt survives a power cut at every point", { timeout: patienceMs }, async () => {
  const report = await crashEverywhere(scenario);
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(50);
});
