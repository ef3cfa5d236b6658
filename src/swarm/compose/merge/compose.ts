import { composeNoFiles, composeVersion } from "../../../core/problems/compose.ts";
import type { ComposeConfig } from "../config.ts";
import { placeIn, sayPlace } from "../node.ts";
import { versionOf } from "../read-compose.ts";
import { mergeService } from "./service.ts";

/**
 * Several files as one, later over earlier. Services are merged key by key; a network, volume, secret or config of
 * the top level is replaced whole. Throws a Problem when the files do not say the same version.
 */
export function mergeCompose(configs: readonly ComposeConfig[]): ComposeConfig {
  const [first, ...rest] = configs;
  if (first === undefined) throw composeNoFiles({});
  const merged = rest.reduce(mergeTwo, first);
  return { ...merged, services: new Map([...merged.services].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function mergeTwo(base: ComposeConfig, over: ComposeConfig): ComposeConfig {
  demandSameVersion(base, over);
  const services = new Map(base.services);
  for (const [name, service] of over.services) {
    const before = base.services.get(name);
    services.set(name, before === undefined ? service : mergeService(before, service));
  }
  return {
    services,
    networks: new Map([...base.networks, ...over.networks]),
    volumes: new Map([...base.volumes, ...over.volumes]),
    secrets: new Map([...base.secrets, ...over.secrets]),
    configs: new Map([...base.configs, ...over.configs]),
    dir: base.dir,
    documents: [...base.documents, ...over.documents],
    warnings: [...base.warnings, ...over.warnings],
  };
}

function demandSameVersion(base: ComposeConfig, over: ComposeConfig): void {
  const [[one], [other]] = [base.documents, over.documents];
  if (one === undefined || other === undefined || versionOf(one) === versionOf(other)) return;
  const expected = `${one.file} says "${versionOf(one)}"; all files of an app have to say the same`;
  const { place } = placeIn(other.root, ["version"]);
  throw composeVersion({ where: sayPlace(place), version: `"${versionOf(other)}"`, expected });
}
