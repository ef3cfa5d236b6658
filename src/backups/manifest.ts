import type { Manifest, PlannedNode, TakePlan } from "./types.ts";
import { dumpProgram } from "./databases.ts";

/** Where what is not a volume lies in a snapshot. */
export const tandemFolder = "/tandem";
export const manifestFile = `${tandemFolder}/manifest.json`;

/** As backup-bot-two mounts them, and the label specification names members of its archives. */
export function volumeFolder(name: string): string {
  return `/var/lib/docker/volumes/${name}/_data`;
}

export function secretsFolderOf(service: string): string {
  return `${tandemFolder}/secrets/${service}`;
}

/** v1 of the labels: files of containers, by service. */
export const containersFolder = `${tandemFolder}/containers`;

/** A file of a container keeps its whole path below this folder. */
export function containerFolder(service: string): string {
  return `${containersFolder}/${service}`;
}

/** What travels with the data: all that is needed to bring the app up elsewhere. */
export function manifestOf(
  plan: TakePlan,
  nodes: readonly PlannedNode[],
  about: { backup: string; takenAt: string; env: string },
): Manifest {
  const first = nodes[0]?.hostname ?? "";
  const { app, stack, server, recipe, version, images, restorePreHooks, restorePostHooks } = plan;
  return {
    ...{
      format: 1,
      ...about,
      app,
      stack,
      server,
      recipe,
      version,
      images,
      restorePreHooks,
      restorePostHooks,
    },
    volumes: nodes.flatMap(({ hostname, volumes }) => volumes.map((volume) => ({ ...volume, hostname }))),
    secrets: nodes.flatMap(({ hostname, secrets }) =>
      secrets.flatMap(({ service, secrets: each }) =>
        each.map(({ id, name }) => ({ name, service, hostname, file: `${secretsFolderOf(service)}/${id}` })),
      ),
    ),
    dumps: plan.dumps.map((dump) => ({ ...dump, file: dumpProgram(dump.kind, dump.service).file })),
    containerPaths: plan.containerPaths.map(({ service, path }) => ({
      ...{ service, path, hostname: first, file: `${containerFolder(service)}${path}` },
    })),
  };
}

/** A path that a label names, below the folder of its volume or container. */
export const below = (root: string, path: string): string => `${root}/${path.replace(/^\/+/, "")}`;
