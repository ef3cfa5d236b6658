/** An app is taken off its server, with and without its data; whatever fails, wherever the power goes. */
import { expect, test } from "vitest";
import undeploy from "../../workflows/undeploy.ts";
import { app, cancelledWays, see, tradesOf, worldOf, type AppsWorld, type Seen } from "./apps-world.ts";
import { isCalm } from "./endings.ts";
import { crashEverywhere, lineOf, type Expected, type Scenario } from "./harness.ts";

function scenario(volumes: boolean): Scenario<AppsWorld> {
  const untouched: Seen = {
    runs: { app: "1.0.0+1.0" },
    secrets: 2,
    volumes: 1,
    pinned: "1.0.0+1.0",
    history: [],
    audit: ["ana app.created"],
  };
  const removed: Seen = { ...untouched, runs: {}, volumes: volumes ? 0 : 1 };
  const written: Seen = { ...removed, audit: [...untouched.audit, "ana app.undeployed"] };
  const ended: Expected = { status: "done", world: written };
  return {
    name: volumes ? "undeploy with its data" : "undeploy",
    workflow: undeploy,
    input: { app, volumes },
    world: (db) => worldOf(db, { runs: true }),
    trades: tradesOf,
    see,
    answer: (ask) =>
      ask.weight === (volumes ? "grave" : "ordinary") && ask.subject === app ? "approve" : "decline",
    expect(variant) {
      if (isCalm(variant)) return ended;
      if (variant.kind === "declined")
        return { status: "failed", problem: "approval-declined", world: untouched };
      // What has gone is gone: a cancel or a failure after it leaves it gone, and another run finds nothing.
      if (variant.kind === "cancelled") return cancelledWays([untouched, removed, written], ended);
      if (variant.kind !== "fails") return ended;
      const gone =
        variant.step === "write it down" || (variant.step === "remove" && variant.when === "half-way");
      return { status: "failed", problem: "injected", world: gone ? removed : untouched };
    },
  };
}

test.for([false, true])("undeploy (volumes: %s) survives a power cut at every point", async (volumes) => {
  const report = await crashEverywhere(scenario(volumes));
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(50);
});
