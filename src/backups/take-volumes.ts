/** The volumes of an app into the repository, node by node. */
import { backupEmpty, backupVolumeGone } from "../core/problems/backup-taking.ts";
import type { HelperMount } from "../swarm/index.ts";
import { count } from "./counting.ts";
import { inHelper, type Inside } from "./helping.ts";
import { look } from "./looking.ts";
import {
  containerFolder,
  manifestFile,
  manifestOf,
  secretsFolderOf,
  tandemFolder,
  volumeFolder,
} from "./manifest.ts";
import type { Ground } from "./open.ts";
import { planTake } from "./planning.ts";
import { partName, proven, save, together } from "./saving.ts";
import type { PlannedNode, SnapshotPart, Taken, TakePlan } from "./types.ts";

export interface Reading {
  plan: TakePlan;
  run: string;
  startedAt: string;
  node: PlannedNode;
  /** All of them, as they are while it is read: of these the manifest speaks. */
  nodes: readonly PlannedNode[];
  kind: "volumes" | "secrets";
  /** Secrets, manifest and files of containers go into this snapshot. */
  withTandem: boolean;
  /** v1 of the labels: in the snapshot of one node only. */
  withContainers: boolean;
  /** This step was begun before. */
  mayHaveLeft: boolean;
  signal: AbortSignal;
}

/** As `Taking.takeVolumes`. */
export async function takeVolumes(
  ground: Ground,
  plan: TakePlan,
  run: string,
  { signal, isAgain }: { signal: AbortSignal; isAgain: boolean },
): Promise<Taken> {
  const isStopped = plan.mode === "stopped";
  const nodes = isStopped
    ? plan.nodes.filter(({ volumes }) => volumes.length > 0)
    : await nodesNow(ground, plan);
  const { startedAt } = ground.records.get(run);
  const swarm = ground.servers.swarmOf(plan.server);
  const dropped = await swarm.dropHelpers(
    run,
    nodes.map(({ node }) => node),
  );
  const mayHaveLeft = isAgain || dropped > 0;
  const parts: Taken[] = [];
  for (const [n, node] of nodes.entries()) {
    if (isStopped) await assertVolumes(ground, plan, node);
    const withContainers = !isStopped && n === 0 && plan.containerPaths.length > 0;
    const reading = { plan, run, startedAt, node, nodes, signal, withContainers, mayHaveLeft };
    parts.push(await readNode(ground, { ...reading, kind: "volumes", withTandem: !isStopped }));
  }
  return together(parts);
}

/** Stopped mode: what lies in containers, and goes with them when they stop. */
export async function takeSecrets(
  ground: Ground,
  plan: TakePlan,
  run: string,
  signal: AbortSignal,
): Promise<Taken> {
  const { startedAt } = ground.records.get(run);
  const parts: Taken[] = [];
  for (const [n, node] of plan.nodes.entries()) {
    const withContainers = n === 0 && plan.containerPaths.length > 0;
    const bare = { ...node, volumes: [] };
    const { nodes } = plan;
    const reading = { plan, run, startedAt, node: bare, nodes, signal, withContainers, mayHaveLeft: true };
    parts.push(await readNode(ground, { ...reading, kind: "secrets", withTandem: true }));
  }
  return together(parts);
}

/** Where everything is now: containers come and go, and with them the folders of their secrets. */
async function nodesNow(ground: Ground, plan: TakePlan): Promise<PlannedNode[]> {
  const { nodes } = await planTake(ground, plan.app);
  const there = new Set(nodes.flatMap(({ volumes }) => volumes.map(({ name }) => name)));
  for (const { hostname, volumes } of plan.nodes) {
    const gone = volumes.find(({ name }) => !there.has(name));
    if (gone !== undefined) throw backupVolumeGone({ app: plan.app, volume: gone.name, node: hostname });
  }
  return nodes;
}

/** A helper would make the volume that it is to read. */
async function assertVolumes(ground: Ground, { app, server }: TakePlan, node: PlannedNode): Promise<void> {
  const there = new Set(await ground.servers.swarmOf(server).volumeNames(node.node));
  const gone = node.volumes.find(({ name }) => !there.has(name));
  if (gone !== undefined) throw backupVolumeGone({ app, volume: gone.name, node: node.hostname });
}

async function readNode(ground: Ground, reading: Reading): Promise<Taken> {
  const { plan, run, startedAt, node, nodes, withTandem, signal } = reading;
  const repository = ground.repositories.get(plan.repository);
  const about = { backup: run, takenAt: startedAt, env: ground.apps.envOf(plan.app) };
  const manifest = Buffer.from(JSON.stringify(manifestOf(plan, nodes, about), null, 2));
  return inHelper(
    ground.helping,
    {
      ...{ server: plan.server, node: node.node, run, repository, signal },
      mounts: mountsOf(reading),
      files: withTandem ? [{ path: manifestFile, bytes: manifest }] : [],
    },
    (inside) => readInside(ground, reading, inside),
  );
}

function mountsOf({ node, withTandem }: Reading): HelperMount[] {
  const secrets = withTandem ? node.secrets : [];
  return [
    ...node.volumes.map(({ name }): HelperMount => ({
      ...{ kind: "volume", source: name, target: volumeFolder(name), readOnly: true },
    })),
    ...secrets.map(({ service, folder }): HelperMount => ({
      ...{ kind: "bind", source: folder, target: secretsFolderOf(service), readOnly: true },
    })),
  ];
}

const msPerMinute = 60_000;

async function readInside(ground: Ground, reading: Reading, inside: Inside): Promise<Taken> {
  const { plan, startedAt, node, kind, withTandem, withContainers, signal } = reading;
  if (withContainers) await fetchFromContainers(ground, plan, inside, signal);
  const sinceMinutes = Math.ceil((ground.clock.now() - Date.parse(startedAt)) / msPerMinute) + 1;
  const questions = { sinceMinutes, hasContainerPaths: withContainers, hasSecrets: withTandem, signal };
  const sight = await look(inside.helper, plan, node, questions);
  const part: Omit<SnapshotPart, "id"> = {
    ...{ hostname: node.hostname, kind, volumes: node.volumes.map(({ short }) => short) },
  };
  const what = [
    ...node.volumes.flatMap(({ name, paths }) =>
      paths === null ? [volumeFolder(name)] : paths.map((path) => `${volumeFolder(name)}/${path}`),
    ),
    ...(withTandem ? [tandemFolder] : []),
  ];
  const counting = count(inside.helper, plan, reading, signal);
  // Where both fail (the helper is gone), it is restic that says why; and it is never left at work by itself.
  counting.catch(toldBelow);
  const saved = await save(inside, { plan, startedAt, part }, what, { signal });
  const heldOf = await counting;
  const ours = withTandem ? 1 + node.secrets.reduce((sum, { secrets }) => sum + secrets.length, 0) : 0;
  if (sight.isAnything && saved.summary.total_files_processed <= ours) {
    throw backupEmpty({ app: plan.app, part: partName(part) });
  }
  const held = heldOf(saved.summary.total_bytes_processed);
  const taken = await proven(inside, saved, { mayHaveLeft: reading.mayHaveLeft });
  return {
    ...taken,
    snapshots: taken.snapshots.map((one) => (Object.keys(held).length === 0 ? one : { ...one, held })),
    warnings: [...taken.warnings, ...sight.warnings],
    doubts: [...taken.doubts, ...sight.doubts],
  };
}

function toldBelow(): void {
  // It is awaited once restic has ended.
}

/** v1 of the labels: each path out of its container and into the helper. Throws `path-not-there`. */
async function fetchFromContainers(
  ground: Ground,
  { server, stack, containerPaths }: TakePlan,
  { helper }: Inside,
  signal: AbortSignal,
): Promise<void> {
  const swarm = ground.servers.swarmOf(server);
  for (const { service, path } of containerPaths) {
    const into = `${containerFolder(service)}${path}`.replace(/\/[^/]*\/*$/, "");
    const stdin = await swarm.archiveStreamed(stack, service, path);
    const unpack = ["sh", "-c", 'mkdir -p "$1" && exec tar -x -f - -C "$1"', "sh", into];
    const { exitCode, stderr } = await helper.exec(unpack, { stdin, signal });
    if (exitCode !== 0) throw new Error(`${path} of ${service} could not be unpacked: ${stderr}`);
  }
}
