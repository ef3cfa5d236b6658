import { describe, expect, it } from "vitest";
import type { EngineContainer, Port, ServiceSpec } from "../../../src/swarm/engine/types.ts";
import { checkPorts } from "../../../src/swarm/preflight/ports.ts";
import { codeOf, liveOf, nodeOf, renderedOf, runs, specOf } from "../spec.ts";

const ingress: Port = { PublishedPort: 443, TargetPort: 8443, Protocol: "tcp", PublishMode: "ingress" };
const host: Port = { ...ingress, PublishMode: "host" };
const udp: Port = { ...ingress, Protocol: "udp" };

function publishing(service: string, ...ports: Port[]): ServiceSpec {
  return specOf(service, (spec) => void (spec.EndpointSpec = { Ports: ports }));
}

function other(port: Port): ServiceSpec {
  return { ...publishing("x", port), Name: "traefik_app", Labels: {} };
}

describe("published ports", () => {
  const two = [nodeOf("one"), nodeOf("two")];
  it.each([
    ["ingress against ingress", ingress, ingress, two, "port-taken"],
    ["ingress against host", ingress, host, two, "port-taken"],
    ["host against host on one server", host, host, [nodeOf("one")], "port-taken"],
    ["host against host with room elsewhere", host, host, two, undefined],
    ["another protocol", ingress, udp, two, undefined],
    ["no published port", { TargetPort: 80 }, { TargetPort: 80 }, two, undefined],
  ])("%s", (_, mine, theirs, nodes, code) => {
    const live = liveOf({ services: [runs(other(theirs))], nodes });
    expect(codeOf(() => checkPorts(renderedOf([publishing("app", mine)]), live, []))).toBe(code);
  });

  it("two services of one stack want the same", () => {
    const rendered = renderedOf([publishing("app", ingress), publishing("web", ingress)]);
    expect(codeOf(() => checkPorts(rendered, liveOf(), []))).toBe("port-taken");
  });

  it("its own service from before does not stand in its way", () => {
    const live = liveOf({ services: [runs(publishing("app", ingress))] });
    expect(codeOf(() => checkPorts(renderedOf([publishing("app", ingress)]), live, []))).toBeUndefined();
  });

  it("a plain container holds it; a container of a service is judged by its service", () => {
    const container = (Labels: Record<string, string>): EngineContainer => ({
      Id: "c1",
      Names: ["/nginx"],
      Status: "Up",
      State: "running",
      Labels,
      Ports: [{ PublicPort: 443, Type: "tcp" }],
    });
    const check = (one: EngineContainer) =>
      codeOf(() => checkPorts(renderedOf([publishing("app", host)]), liveOf(), [one]));
    expect(check(container({}))).toBe("port-taken");
    expect(check(container({ "com.docker.swarm.service.name": "shop_app" }))).toBeUndefined();
  });
});
