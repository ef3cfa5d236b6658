import { stackAnatomy } from "./anatomy.ts";
import { archiveStreamed } from "./copy.ts";
import type { Engine } from "./engine/connect.ts";
import { execStreamed } from "./exec.ts";
import { isShared, mountersIn } from "./mounters.ts";
import { dropHelpers, dropHolders, helperOnce, startHelper } from "./own-container.ts";
import type { Swarm } from "./types.ts";
import { dropVolumes, fillVolume, openVolume, removeVolume, stackVolumes } from "./volumes.ts";

type BesideApps = Pick<
  Swarm,
  | "anatomy"
  | "helper"
  | "helperOnce"
  | "dropHelpers"
  | "dropHolders"
  | "execStreamed"
  | "archiveStreamed"
  | "volumeNames"
  | "sharedVolumes"
  | "mounters"
  | "removeVolume"
  | "volumesOf"
  | "openVolume"
  | "fillVolume"
  | "dropVolumes"
>;

/** What those need who work beside the apps on their nodes: where data is, and containers of our own. */
export function besideApps(engine: Engine): BesideApps {
  const at = async (node: string | null): Promise<Engine> => (node === null ? engine : engine.at(node));
  return {
    anatomy: (stack) => stackAnatomy(engine, stack),
    helper: (wish) => startHelper(engine, wish),
    helperOnce: (wish, argv, signal) => helperOnce(engine, wish, argv, signal),
    dropHelpers: (run, on) => dropHelpers(engine, run, on),
    dropHolders: (thing, spared) => dropHolders(engine, thing, spared),
    execStreamed: (stack, service, argv, options) => execStreamed(engine, stack, service, argv, options),
    archiveStreamed: (stack, service, path) => archiveStreamed(engine, stack, service, path),
    volumeNames: async (node) => (await (await at(node)).volumes()).map(({ Name }) => Name),
    sharedVolumes: async (node) =>
      (await (await at(node)).volumes()).filter(isShared).map(({ Name }) => Name),
    mounters: (stack, planned) => mountersIn(engine, stack, planned),
    volumesOf: (stack) => stackVolumes(engine, stack),
    openVolume: (volume) => openVolume(engine, volume),
    fillVolume: (stack, volume, from) => fillVolume(engine, stack, volume, from),
    dropVolumes: (run) => dropVolumes(engine, run),
    removeVolume: async (node, name) => removeVolume(await at(node), name),
  };
}
