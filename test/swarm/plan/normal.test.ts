import { describe, expect, it } from "vitest";
import { sameSpec } from "../../../src/swarm/plan/normal.ts";
import { inOrder } from "../../../src/swarm/plan/rendered.ts";
import { timeoutOf } from "../../../src/swarm/plan/timeout.ts";
import { warningsOf } from "../../../src/swarm/plan/warnings.ts";
import type { ServiceSpec } from "../../../src/swarm/engine/types.ts";
import { liveOf, renderedOf, serviceOf, specOf } from "../spec.ts";

const networks = [{ Id: "n1", Name: "shop_default", Scope: "swarm", Driver: "overlay" }];

describe("whether two specs mean the same", () => {
  const sent = specOf("app");
  const same = (change: (spec: ServiceSpec) => void): boolean =>
    sameSpec(sent, specOf("app", change), networks);

  it("what the engine adds when it is given one changes nothing", () => {
    const asRead = specOf("app", (s) => {
      s.Mode = { Replicated: { Replicas: 1 } };
      s.TaskTemplate.Networks = [{ Target: "n1", Aliases: ["app"] }];
      Object.assign(s.TaskTemplate, { Runtime: "container", Resources: { Limits: {}, Reservations: {} } });
      Object.assign(s.TaskTemplate.ContainerSpec, {
        Isolation: "default",
        Privileges: { CredentialSpec: null },
      });
      s.RollbackConfig = undefined as never;
      s.EndpointSpec = { Mode: "vip" };
      s.Labels = { ...s.Labels, "tandem.run": "bakor" };
    });
    expect(sameSpec(sent, asRead, networks)).toBe(true);
  });

  it("the order in which files are listed changes nothing: the docker CLI has none", () => {
    const uses = ["/a", "/b"].map((Name) => ({ ConfigName: "shop_conf", ConfigID: "c1", File: { Name } }));
    const one = specOf("app", (s) => void (s.TaskTemplate.ContainerSpec.Configs = uses));
    const other = specOf("app", (s) => void (s.TaskTemplate.ContainerSpec.Configs = uses.toReversed()));
    expect(sameSpec(one, other, networks)).toBe(true);
    expect(same((s) => void (s.TaskTemplate.ContainerSpec.Configs = uses))).toBe(false);
  });

  it.each<[string, (spec: ServiceSpec) => void]>([
    ["no copies instead of one", (s) => void (s.Mode = { Replicated: { Replicas: 0 } })],
    ["one everywhere", (s) => void (s.Mode = { Global: {} })],
    ["an empty label", (s) => void (s.Labels = { ...s.Labels, x: "" })],
    ["no init, said aloud", (s) => void (s.TaskTemplate.ContainerSpec.Init = false)],
    ["another variable", (s) => void (s.TaskTemplate.ContainerSpec.Env = ["A=1"])],
    ["another network", (s) => void (s.TaskTemplate.Networks = [{ Target: "proxy" }])],
    ["another failure action", (s) => void (s.UpdateConfig = { ...s.UpdateConfig, FailureAction: "pause" })],
  ])("it does not: %s", (_, change) => {
    expect(same(change)).toBe(false);
  });
});

describe("the order of services", () => {
  const names = (...pairs: [string, string[]][]): string[] =>
    inOrder(pairs.map(([name, needs]) => serviceOf(specOf(name), needs))).map((one) => one.service);
  it("puts first what others depend on, and survives circles and strangers", () => {
    expect(names(["app", ["db", "cache"]], ["cache", []], ["db", []], ["web", ["app"]])).toEqual([
      "db",
      "cache",
      "app",
      "web",
    ]);
    expect(names(["a", ["b"]], ["b", ["a"]], ["c", ["nobody"]])).toEqual(["b", "a", "c"]);
  });
});

describe("the time a deploy may take, in seconds", () => {
  it("is what was asked, else the label, else the slowest healthcheck and the pull", () => {
    expect(timeoutOf("shop", [specOf("app")], 42)).toBe(42);
    expect(
      timeoutOf("shop", [specOf("app", (s) => void (s.Labels = { "coop-cloud.shop.timeout": "300" }))]),
    ).toBe(300);
    // 5 s start + 2 × (5 s + 3 s) + 7 s monitor + 10 s to stop + 120 s for the pull
    expect(timeoutOf("shop", [specOf("app")])).toBe(158);
    const slow = specOf(
      "app",
      (s) => void (s.TaskTemplate.ContainerSpec.Healthcheck = { Test: ["CMD", "x"] }),
    );
    expect(timeoutOf("shop", [slow])).toBe(120 + 3 * 60 + 7 + 10);
  });
});

describe("what is said before somebody agrees", () => {
  it("nothing, when there is nothing to say", () => {
    expect(warningsOf(renderedOf([specOf("app")]), liveOf())).toEqual([]);
  });

  it("no healthcheck, no way back, latest, a monitor that sees nothing, kept networks and secrets", () => {
    const doubtful = specOf("app", (s) => {
      delete s.TaskTemplate.ContainerSpec.Healthcheck;
      s.TaskTemplate.ContainerSpec.Image = "nginx:latest@sha256:abc";
      s.UpdateConfig = { FailureAction: "pause", Delay: 10e9 };
    });
    const rendered = renderedOf([doubtful], {
      secrets: [{ Name: "shop_s", Labels: {} }],
      warnings: ["app: build is ignored."],
    });
    const live = liveOf({
      networks: [{ Id: "n", Name: "shop_default", Scope: "swarm", Driver: "overlay", Attachable: true }],
      secrets: [{ ID: "s", Spec: { Name: "shop_s" } }],
    });
    expect(warningsOf(rendered, live)).toEqual([
      "app: build is ignored.",
      "No healthcheck in the recipe: app. That it keeps running is then the whole test.",
      "Swarm does not go back by itself if an update of app fails (failure_action).",
      "app uses nginx:latest: what that is changes without notice.",
      "app: update_config.monitor is not longer than delay, which can keep Swarm from going back.",
      "The network default exists with other options than the recipe has now; it stays as it is.",
      "The secret shop_s exists; its content is kept, whatever the file says now.",
    ]);
  });
});
