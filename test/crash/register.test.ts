/** An app is made known; whatever fails, wherever the power goes, there is one row or none. */
import { expect, test } from "vitest";
import register from "../../workflows/register.ts";
import { app, cancelledWays, see, tradesOf, worldOf, type AppsWorld, type Seen } from "./apps-world.ts";
import { isCalm } from "./endings.ts";
import { crashEverywhere, lineOf, type Expected, type Scenario } from "./harness.ts";

const nothing: Seen = { runs: {}, secrets: 0, volumes: 0, pinned: undefined, history: [], audit: [] };
const made: Seen = { ...nothing, pinned: "1.1.0+1.1", audit: ["ana app.created"] };
const ended: Expected = { status: "done", world: made };

const scenario: Scenario<AppsWorld> = {
  name: "register",
  workflow: register,
  input: { recipe: "notes", domain: app, server: "local" },
  world: (db) => worldOf(db, { registered: false }),
  trades: tradesOf,
  see,
  expect(variant) {
    if (isCalm(variant)) return ended;
    if (variant.kind === "cancelled") return cancelledWays([nothing, made], ended);
    return { status: "failed", problem: "injected", world: nothing };
  },
};

test("register survives a power cut at every point", async () => {
  const report = await crashEverywhere(scenario);
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(20);
});
