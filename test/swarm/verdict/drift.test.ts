import { describe, expect, it } from "vitest";
import type { ServiceSpec } from "../../../src/swarm/engine/types.ts";
import type { StackPlan } from "../../../src/swarm/types.ts";
import { driftOf, versionWords } from "../../../src/swarm/verdict/drift.ts";
import { runs, specOf } from "../spec.ts";

const label = "coop-cloud.shop.version";
const versioned = (version: string, image = "nginx:1.27") =>
  specOf("app", (spec: ServiceSpec) => {
    spec.Labels = { ...spec.Labels, [label]: version };
    spec.TaskTemplate.ContainerSpec.Image = image;
  });

function planFor(spec: ServiceSpec): StackPlan {
  return {
    stack: "shop",
    changes: [{ service: "app", change: "update" }],
    specs: { services: { app: spec }, networks: {}, secrets: [], configs: {} },
  } as unknown as StackPlan;
}

const plan = planFor(versioned("1.1.0+2"));

describe("what runs when a deploy is about to be called good", () => {
  it("is what was meant", () => {
    expect(driftOf(plan, [runs(versioned("1.1.0+2"))])).toBeUndefined();
  });

  it("tells another version, as after a silent rollback", () => {
    expect(driftOf(plan, [runs(versioned("1.0.0+1"))])).toEqual({
      outcome: "failed",
      code: "drifted",
      service: "app",
      reason: "app does not run what was deployed: its version is 1.0.0+1, and 1.1.0+2 was meant.",
    });
  });

  it("is another image, as after an update by hand that left the labels", () => {
    expect(driftOf(plan, [runs(versioned("1.1.0+2", "nginx:1.28"))])?.reason).toBe(
      "app does not run what was deployed: its image is nginx:1.28, and nginx:1.27 was meant.",
    );
  });

  it("is not asked for what the plan removes or does not name", () => {
    const removing = { ...plan, changes: [{ service: "app", change: "remove" as const }] };
    expect(driftOf(removing, [])).toBeUndefined();
    expect(driftOf(plan, [])).toBeUndefined();
  });
});

it("after a rollback both versions are named, and nothing is where no label differs", () => {
  const words = "It runs 1.0.0+1, and 1.1.0+2 was meant.";
  expect(versionWords(plan, [runs(versioned("1.0.0+1"))])).toBe(words);
  expect(versionWords(plan, [runs(versioned("1.1.0+2"))])).toBeUndefined();
  expect(versionWords(plan, [runs(specOf("db"))])).toBeUndefined();
});
