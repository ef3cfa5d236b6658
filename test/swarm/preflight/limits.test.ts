import { describe, expect, it } from "vitest";
import type { FileSpec } from "../../../src/swarm/compose/index.ts";
import { checkLimits } from "../../../src/swarm/preflight/limits.ts";
import { codeOf, renderedOf, specOf } from "../spec.ts";

describe("what the engine would refuse", () => {
  const named = (length: number) => renderedOf([specOf("app", (s) => void (s.Name = "n".repeat(length)))]);
  it("a service's name of more than 63 characters", () => {
    expect(codeOf(() => checkLimits(named(63)))).toBeUndefined();
    expect(codeOf(() => checkLimits(named(64)))).toBe("stack-refused");
  });

  it("ingress ports with dnsrr", () => {
    const published = (PublishMode: string) =>
      renderedOf([
        specOf("app", (s) => {
          s.EndpointSpec = { Mode: "dnsrr", Ports: [{ PublishedPort: 80, TargetPort: 80, PublishMode }] };
        }),
      ]);
    expect(codeOf(() => checkLimits(published("ingress")))).toBe("stack-refused");
    expect(codeOf(() => checkLimits(published("host")))).toBeUndefined();
  });

  it("two mounts at one place", () => {
    const mounts = [
      { Type: "volume", Source: "a", Target: "/data" },
      { Type: "volume", Source: "b", Target: "/data" },
    ];
    const rendered = renderedOf([specOf("app", (s) => void (s.TaskTemplate.ContainerSpec.Mounts = mounts))]);
    expect(() => checkLimits(rendered)).toThrow("two volumes are mounted at /data");
  });

  it.each<[string, FileSpec, string | undefined]>([
    ["of one byte", { Name: "shop_c", Labels: {}, Data: "eA==" }, undefined],
    ["that is empty", { Name: "shop_c", Labels: {}, Data: "" }, "stack-refused"],
    [
      "that is too large",
      { Name: "shop_c", Labels: {}, Data: Buffer.alloc(1_024_000).toString("base64") },
      "stack-refused",
    ],
    ["with too long a name", { Name: "c".repeat(65), Labels: {}, Data: "eA==" }, "stack-refused"],
    ["that a driver brings", { Name: "shop_c", Labels: {}, Driver: { Name: "vault" } }, undefined],
  ])("a config %s", (_, config, code) => {
    expect(codeOf(() => checkLimits(renderedOf([specOf("app")], { configs: [config] })))).toBe(code);
  });
});
