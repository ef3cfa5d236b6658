/** What becomes of an image that its registry does not give: in words, and by where a copy lies. */
import { expect, test } from "vitest";
import { FakeClock } from "../../../src/core/clock.ts";
import { Problem } from "../../../src/core/problem.ts";
import type { Engine } from "../../../src/swarm/engine/connect.ts";
import type { EngineNode } from "../../../src/swarm/engine/types.ts";
import { pinImages } from "../../../src/swarm/plan/images.ts";
import type { RenderedService } from "../../../src/swarm/plan/rendered.ts";

const image = "tandem/custom-html:1.0.0";
const lookup =
  'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.2:53: no such host';
const denied = "denied: requested access to the resource is denied";

/** Plans one service on so many servers, with a registry that says this and a server that has a copy or not. */
async function planned(registrySays: string, isHere: boolean, servers = 1): Promise<string> {
  const engine = {
    distribution: () => Promise.reject(new Error(registrySays)),
    docker: {
      getImage: () => ({ inspect: () => (isHere ? Promise.resolve({}) : Promise.reject(new Error("none"))) }),
    },
  } as unknown as Engine;
  const spec = { Name: "notes_app", TaskTemplate: { ContainerSpec: { Image: image } } };
  const services = [{ service: "app", spec }] as unknown as RenderedService[];
  const nodes = Array.from({ length: servers }, () => ({})) as EngineNode[];
  try {
    return (await pinImages(engine, new FakeClock(), services, { services: [], nodes })).join("\n");
  } catch (thrown) {
    if (thrown instanceof Problem) return `${thrown.code}: ${thrown.text.happened}`;
    throw thrown;
  }
}

test.each([
  [lookup, "its name cannot be looked up"],
  ["dial tcp 10.0.0.7:443: connect: connection refused", "nothing listens there"],
  ["dial tcp 10.0.0.7:443: i/o timeout", "it was silent for too long"],
  ["connect: no route to host", "there is no way to it from this server"],
  ["x509: certificate signed by unknown authority", "this server does not trust its certificate"],
  ["toomanyrequests: You have reached your pull rate limit", "it was asked too often in a short time"],
])("a registry that is not reached is told in plain words: %s", async (engineSays, words) => {
  expect(await planned(engineSays, true)).toBe(
    `The registry of ${image} does not answer (${words}); app uses the copy on this server, not pinned to a digest.`,
  );
  expect(await planned(engineSays, false)).toBe(
    `image-unreachable: The registry of ${image} (for app) does not answer: ${words}.`,
  );
});

test("an image that was built on the only server needs no registry, as with the docker CLI", async () => {
  expect(await planned(denied, true)).toBe(
    `No registry has ${image} for this server; app uses the copy on this server, not pinned to a digest.`,
  );
});

test("an image that nobody has, or that only one of several servers has, is a problem", async () => {
  const missing = `image-not-found: The image ${image} of app cannot be had: ${denied}.`;
  expect(await planned(denied, false)).toBe(missing);
  expect(await planned(denied, true, 3)).toBe(missing);
});
