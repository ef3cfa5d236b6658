import { describe, expect, it } from "vitest";
import type { EngineTask, ServiceSpec } from "../../../src/swarm/engine/types.ts";
import { meets, parseConstraint } from "../../../src/swarm/preflight/constraint.ts";
import { checkPlacement } from "../../../src/swarm/preflight/placement.ts";
import { codeOf, liveOf, nodeOf, renderedOf, specOf } from "../spec.ts";

const node = nodeOf("One", (n) => {
  n.Spec.Labels = { gpu: "yes" };
});

describe("a placement constraint", () => {
  it.each([
    ["node.labels.gpu == yes", true],
    ["node.labels.gpu==YES", true],
    ["node.labels.gpu != yes", false],
    ["node.labels.absent != yes", true],
    ["node.role == manager", false],
    ["node.hostname == one", true],
    ["node.id == id-One", true],
    ["node.platform.arch == x86_64", true],
    // swarmkit's `manager/constraint` compares the node's own word.
    ["node.platform.arch == amd64", false],
    ["node.platform.arch != x86_64", false],
    ["node.platform.os != linux", false],
    ["engine.labels.disk == ssd", true],
    ["node.ip == 10.1.2.3", true],
    ["node.ip == 10.1.0.0/16", true],
    ["node.ip != 10.2.0.0/16", true],
  ])("%s", (text, met) => {
    const constraint = parseConstraint(text);
    expect(constraint).toBeDefined();
    expect(constraint === undefined ? undefined : meets(node, constraint)).toBe(met);
  });

  it.each(["node.labels.gpu = yes", "gpu == yes", "node.role", "node.role ==", "node.labels. == x"])(
    "is none: %s",
    (text) => {
      expect(parseConstraint(text)).toBeUndefined();
    },
  );
});

describe("finding servers", () => {
  const check = (
    change: (spec: ServiceSpec) => void,
    tasks: EngineTask[] = [],
    nodes = [node],
  ): string | undefined =>
    codeOf(() => checkPlacement(renderedOf([specOf("app", change)]), liveOf({ nodes }), tasks));

  it("there is one", () => {
    expect(check(() => undefined)).toBeUndefined();
  });

  it("none meets the constraint, or it is none at all", () => {
    expect(check((s) => void (s.TaskTemplate.Placement = { Constraints: ["node.role == manager"] }))).toBe(
      "no-node",
    );
    expect(check((s) => void (s.TaskTemplate.Placement = { Constraints: ["role manager"] }))).toBe(
      "constraint-unreadable",
    );
  });

  it("drained and lost servers do not count", () => {
    const drained = nodeOf("two", (n) => void (n.Spec.Availability = "drain"));
    const lost = nodeOf("three", (n) => void (n.Status.State = "down"));
    expect(check(() => undefined, [], [drained, lost])).toBe("no-node");
  });

  it("an image for another processor finds none; names of processors differ", () => {
    const made = (Architecture: string) => (s: ServiceSpec) =>
      void (s.TaskTemplate.Placement = { Platforms: [{ OS: "linux", Architecture }] });
    expect(check(made("arm64"))).toBe("no-node");
    expect(check(made("amd64"))).toBeUndefined();
    expect(check(made(""))).toBeUndefined();
  });

  it("copies that need the same port, or more than may stand on a server", () => {
    const copies = (n: number) => (s: ServiceSpec) => {
      s.Mode = { Replicated: { Replicas: n } };
      s.EndpointSpec = { Ports: [{ PublishedPort: 80, TargetPort: 80, PublishMode: "host" }] };
    };
    expect(check(copies(2))).toBe("no-node");
    expect(check(copies(1))).toBeUndefined();
    const spread = (s: ServiceSpec) => {
      s.Mode = { Replicated: { Replicas: 3 } };
      s.TaskTemplate.Placement = { MaxReplicas: 2 };
    };
    expect(check(spread)).toBe("no-node");
  });

  it("memory that is there, is not there, or is reserved by others", () => {
    const reserving = (gigabytes: number) => (s: ServiceSpec) =>
      void (s.TaskTemplate.Resources = { Reservations: { MemoryBytes: gigabytes * 2 ** 30 } });
    const neighbour: EngineTask = {
      ID: "t",
      CreatedAt: "",
      ServiceID: "another",
      NodeID: node.ID,
      DesiredState: "running",
      Spec: { Resources: { Reservations: { MemoryBytes: 3 * 2 ** 30 } } },
      Status: { Timestamp: "", State: "running" },
    };
    expect(check(reserving(2))).toBeUndefined();
    expect(check(reserving(900))).toBe("no-resources");
    expect(check(reserving(2), [neighbour])).toBe("no-resources");
  });

  it("no copies need no server", () => {
    const off = (s: ServiceSpec) => {
      s.Mode = { Replicated: { Replicas: 0 } };
      s.TaskTemplate.Placement = { Constraints: ["node.role == manager"] };
    };
    expect(check(off)).toBeUndefined();
  });
});
