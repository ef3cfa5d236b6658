import type { Clock } from "../../core/clock.ts";
import { imageNotFound, imageUnreachable } from "../../core/problems/swarm.ts";
import { wordsOf, type Engine } from "../engine/connect.ts";
import type { Distribution, EngineService, ServiceSpec } from "../engine/types.ts";
import type { Live } from "./live.ts";
import { imageLabel, type RenderedService } from "./rendered.ts";

/** A registry that is silent for longer counts as unreachable. */
const registryTimeoutMs = 10_000;

/**
 * What a registry says when it answers, but has no such image for us. Everything else: it was not reached.
 */
const refusal =
  /manifest unknown|not found|denied|unauthorized|no basic auth|authentication required|no such image/i;
/** A resolver says "not found" too, and means the registry's name. */
const unresolved = /no such host|dial tcp|lookup .* on /i;

type Known = { found: Distribution } | { refused: string } | { unreachable: string };

/**
 * Looks up every image at its registry, as `docker stack deploy --resolve-image always` does, and pins the
 * services' specs to the digests found. An image that the registry does not have or does not give out is a
 * problem unless the only server has it already, such as one built there; a registry that does not answer is
 * one only when the server has no copy either. Answers warnings.
 */
export async function pinImages(
  engine: Engine,
  clock: Clock,
  services: RenderedService[],
  live: Pick<Live, "services" | "nodes">,
): Promise<string[]> {
  const images = [...new Set(services.map((one) => one.spec.TaskTemplate.ContainerSpec.Image))];
  const known = new Map(
    await Promise.all(images.map(async (image) => [image, await lookUp(engine, clock, image)] as const)),
  );
  const warnings: string[] = [];
  for (const { service, spec } of services) {
    const image = spec.TaskTemplate.ContainerSpec.Image;
    const answer = known.get(image) ?? { unreachable: "it was not asked" };
    if ("found" in answer) pin(spec, answer.found);
    else if ("unreachable" in answer)
      warnings.push(await withoutRegistry(engine, service, spec, answer.unreachable, live.services));
    else if (live.nodes.length === 1 && (await isHere(engine, image)))
      warnings.push(`No registry has ${image} for this server; ${service} ${usesCopy}`);
    else throw imageNotFound({ image, service, answer: answer.refused });
  }
  return warnings;
}

async function lookUp(engine: Engine, clock: Clock, image: string): Promise<Known> {
  let stop = (): void => undefined;
  const silent = new Promise<Known>((give) => {
    const tooLong = { unreachable: `no answer in ${registryTimeoutMs / 1000} s` };
    stop = clock.after(registryTimeoutMs, () => give(tooLong));
  });
  const asked = engine.distribution(image).then(
    (found): Known => ({ found }),
    (thrown: unknown): Known => {
      const words = wordsOf(thrown);
      return refusal.test(words) && !unresolved.test(words)
        ? { refused: words }
        : { unreachable: inPlainWords(words) };
    },
  );
  return await Promise.race([asked, silent]).finally(stop);
}

/** Appends the digest and says on which platforms it runs, as the docker CLI does (facts: swarm §2.6). */
export function pin(spec: ServiceSpec, found: Distribution): void {
  const container = spec.TaskTemplate.ContainerSpec;
  if (!container.Image.includes("@")) container.Image += `@${found.Descriptor.digest}`;
  const platforms = new Map<string, { Architecture?: string; OS?: string }>();
  for (const { architecture = "", os = "" } of found.Platforms ?? []) {
    // Swarm compares ARM variants by text and they differ between engines, so the CLI leaves that one open.
    const platform = { Architecture: architecture === "arm" ? "" : architecture, OS: os };
    if (os !== "unknown") platforms.set(`${platform.OS}/${platform.Architecture}`, platform);
  }
  if (platforms.size > 0) {
    spec.TaskTemplate.Placement = { ...spec.TaskTemplate.Placement, Platforms: [...platforms.values()] };
  }
}

/**
 * Keeps the digest that runs, so that a registry that is down restarts nothing; else the server must have a
 * copy.
 */
async function withoutRegistry(
  engine: Engine,
  service: string,
  spec: ServiceSpec,
  answer: string,
  live: EngineService[],
): Promise<string> {
  const container = spec.TaskTemplate.ContainerSpec;
  const image = container.Image;
  const running = live.find((one) => one.Spec.Name === spec.Name)?.Spec;
  if (running?.Labels?.[imageLabel] === spec.Labels?.[imageLabel] && running !== undefined) {
    container.Image = running.TaskTemplate.ContainerSpec.Image;
    const platforms = running.TaskTemplate.Placement?.Platforms;
    if (platforms !== undefined) {
      spec.TaskTemplate.Placement = { ...spec.TaskTemplate.Placement, Platforms: platforms };
    }
    return `The registry of ${image} does not answer (${answer}); ${service} keeps the image that runs.`;
  }
  if (!(await isHere(engine, image))) throw imageUnreachable({ image, service, answer });
  return `The registry of ${image} does not answer (${answer}); ${service} ${usesCopy}`;
}

const usesCopy = "uses the copy on this server, not pinned to a digest.";

async function isHere(engine: Engine, image: string): Promise<boolean> {
  return engine.docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}

/** What the engine's way of saying that it did not get through means; in its own words where it is none of these. */
const connectionWords: [RegExp, string][] = [
  [/no such host|server misbehaving|temporary failure in name/i, "its name cannot be looked up"],
  [/connection refused/i, "nothing listens there"],
  [/i\/o timeout|deadline exceeded|request canceled|Client\.Timeout/i, "it was silent for too long"],
  [/network is unreachable|no route to host/i, "there is no way to it from this server"],
  [/x509|certificate|tls: /i, "this server does not trust its certificate"],
  [/toomanyrequests|rate limit/i, "it was asked too often in a short time"],
];

function inPlainWords(answer: string): string {
  return connectionWords.find(([pattern]) => pattern.test(answer))?.[1] ?? answer;
}
