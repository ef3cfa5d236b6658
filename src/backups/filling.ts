/** Volumes filled from snapshots, in a helper on the node that holds them. */
import { posix } from "node:path";
import { Problem } from "../core/problem.ts";
import {
  manifestUnreadable,
  restoreDiskFull,
  restoreIncomplete,
  restoreNoRoom,
} from "../core/problems/restoring.ts";
import { engineRefused } from "../core/problems/swarm.ts";
import type { HelperEnd, HelperMount } from "../swarm/index.ts";
import { inHelper, type Inside } from "./helping.ts";
import { eachNode, isUnder, placeOf } from "./listing.ts";
import { snapshotOfVolume, type ManifestParts } from "./read-manifest.ts";
import { resticProblem } from "./restic/failure.ts";
import type { Compared, DataPlan, Filled, RestoredVolume, TakeOut } from "./restoring-types.ts";
import type { Backup, Manifest } from "./types.ts";

export interface FillOptions {
  signal: AbortSignal;
  compare?: boolean | undefined;
  /** What lies in the snapshots, by `into` of a volume, where it was looked up before. */
  listed?: Filled["ahead"] | undefined;
}

type Listed = Filled["ahead"][string];

const mb = 1024 * 1024;

/**
 * Fills these volumes, node by node: room is looked for on a node before anything there is emptied. A volume that is
 * not there is made, labelled as one of the stack. Throws `restore-no-room`, `restore-disk-full`,
 * `restore-incomplete`, and what restic failed for.
 */
export async function fill(
  parts: ManifestParts,
  plan: DataPlan,
  volumes: readonly RestoredVolume[],
  run: string,
  options: FillOptions,
): Promise<Compared[]> {
  const compared: Compared[] = [];
  await eachNodeOf(parts, plan, volumes, { run, signal: options.signal }, async (inside, here) => {
    const room = await assertRoom(inside, plan, here, options);
    compared.push(...(await fillHere(inside, plan, room, options)));
  });
  return compared;
}

/**
 * As `fill` for the volumes that are filled now; those of later are listed, and there must be room for all of them.
 * `beside` is called in the first helper, while that is looked at.
 */
export async function fillAhead(
  parts: ManifestParts,
  plan: DataPlan,
  run: string,
  options: FillOptions,
  beside: (inside: Inside) => Promise<void>,
): Promise<Filled> {
  const filled: Filled = { compared: [], ahead: {} };
  let isFirst = true;
  await eachNodeOf(parts, plan, plan.volumes, { run, signal: options.signal }, async (inside, here) => {
    const [room, other] = await Promise.allSettled([
      assertRoom(inside, plan, here, options),
      isFirst ? beside(inside) : undefined,
    ]);
    isFirst = false;
    if (room.status === "rejected") throw room.reason;
    if (other.status === "rejected") throw other.reason;
    const now = new Map([...room.value].filter(([{ isLive }]) => !isLive));
    for (const [volume, listed] of room.value) if (volume.isLive) filled.ahead[volume.into] = listed;
    filled.compared.push(...(await fillHere(inside, plan, now, options)));
  });
  return filled;
}

async function fillHere(
  inside: Inside,
  plan: DataPlan,
  room: ReadonlyMap<RestoredVolume, Listed>,
  options: FillOptions,
): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const [volume, files] of room) {
    await empty(inside, plan, volume, options.signal);
    await fillOne(inside, plan, volume, options);
    if (options.compare === true) compared.push(await compareOne(inside, volume, files, options.signal));
  }
  return compared;
}

/**
 * Throws `restore-no-room`, and `manifest-unreadable` where a dump is not in its snapshot: its database is
 * emptied before it is read. Nothing is written: what is mounted is only looked at.
 */
export async function assertRoomFor(
  parts: ManifestParts,
  plan: DataPlan,
  run: string,
  signal: AbortSignal,
): Promise<void> {
  await eachNodeOf(parts, plan, plan.volumes, { run, signal, readOnly: true }, async (inside, here) => {
    await assertRoom(inside, plan, here, { signal });
  });
  if (plan.dumps.length === 0) return;
  const { server } = plan;
  const repository = parts.repositories.reachedFrom(plan.repository, plan.app, server);
  await inHelper(parts.helping, { server, node: null, run, repository, signal }, (inside) =>
    assertDumps(inside, plan),
  );
}

async function assertDumps({ restic }: Inside, { dumps, backup, repository }: DataPlan): Promise<void> {
  for (const { snapshot, file, service } of dumps) {
    let bytes = 0;
    await eachNode(restic, { repository, snapshot, under: [posix.join("/", file)] }, ({ size }) => {
      bytes += size;
    });
    if (bytes === 0)
      throw manifestUnreadable({ backup, reason: `the dump of ${service} is not in its snapshot` });
  }
}

/** Empties the volumes that dumps stand for, so that their databases begin anew. */
export async function emptyReplaced(
  parts: ManifestParts,
  plan: DataPlan,
  run: string,
  signal: AbortSignal,
): Promise<void> {
  const replaced = plan.dumps.flatMap(({ replaces, service }) =>
    replaces.map(({ into, node }): RestoredVolume => {
      return { name: into, short: into, service, paths: null, snapshot: "", into, node, isLive: false };
    }),
  );
  await eachNodeOf(parts, plan, replaced, { run, signal }, async (inside, here) => {
    for (const volume of here) await empty(inside, plan, volume, signal);
  });
}

/**
 * As `Restoring.takeOut`. A volume that was not there is removed when it is empty, unless something of the app holds it
 * by now: that has it anew with every task.
 */
export async function takeOut(
  parts: ManifestParts,
  { data, folders }: TakeOut,
  run: string,
  signal: AbortSignal,
): Promise<void> {
  await eachNodeOf(parts, data, data.volumes, { run, signal }, async (inside, here) => {
    for (const volume of here) {
      await empty(inside, data, volume, signal);
      const above = folders.map((folder) => quoted(posix.join(placeOf(volume.name), folder)));
      // One into which something else has come meanwhile is not ours: rmdir leaves it.
      if (above.length > 0) await said(inside, `rmdir ${above.join(" ")} 2>/dev/null`, signal);
    }
  });
  const swarm = parts.helping.servers.swarmOf(data.server);
  for (const { into, node, paths } of data.volumes) {
    if (paths !== null) continue;
    await swarm.removeVolume(node, into).catch((thrown: unknown) => {
      if (!(thrown instanceof Problem) || thrown.code !== engineRefused.code) throw thrown;
    });
  }
}

interface Working {
  run: string;
  signal: AbortSignal;
  readOnly?: boolean;
}

/** Hands the volumes of each node to `use`, in a helper that has them mounted at their places in the snapshot. */
async function eachNodeOf(
  parts: ManifestParts,
  plan: DataPlan,
  volumes: readonly RestoredVolume[],
  { run, signal, readOnly = false }: Working,
  use: (inside: Inside, here: RestoredVolume[]) => Promise<void>,
): Promise<void> {
  const { server, stack } = plan;
  const repository = parts.repositories.reachedFrom(plan.repository, plan.app, server);
  for (const node of new Set(volumes.map((one) => one.node))) {
    const here = volumes.filter((one) => one.node === node);
    // What an earlier try left would go on writing beside this one.
    await parts.helping.servers.swarmOf(server).dropHelpers(run, [node]);
    const mounts = here.map(({ into, name }): HelperMount => {
      return { kind: "volume", source: into, target: placeOf(name), readOnly, stack };
    });
    const where = { server, node, run, repository, mounts, signal };
    await inHelper(parts.helping, where, (inside) => use(inside, here));
  }
}

/** Where the parts of a volume lie that are brought back. */
function placesOf({ name, paths }: RestoredVolume): string[] {
  return paths === null ? [placeOf(name)] : paths.map((path) => posix.join(placeOf(name), path));
}

/**
 * What is in the snapshot for each of these volumes of a node, which are emptied and filled one after the other. Those
 * on one disk need its room together. Throws `restore-no-room`.
 */
async function assertRoom(
  inside: Inside,
  plan: DataPlan,
  volumes: readonly RestoredVolume[],
  { signal, listed: known = {} }: FillOptions,
): Promise<Map<RestoredVolume, Listed>> {
  const unknown = volumes.filter(({ into }) => known[into] === undefined);
  const listing = await listedIn(inside, plan, unknown);
  const all = new Map<RestoredVolume, Listed>();
  const disks = new Map<string, { needed: number; freed: number }>();
  for (const volume of volumes) {
    const listed = known[volume.into] ?? listing.get(volume) ?? { files: 0, bytes: 0 };
    all.set(volume, listed);
    const { disk, free, used } = await roomOf(inside, volume, signal);
    const { needed, freed } = disks.get(disk) ?? { needed: 0, freed: 0 };
    const now = { needed: needed + listed.bytes, freed: freed + used };
    disks.set(disk, now);
    if (now.needed > free + now.freed) {
      const [neededMb, freeMb] = [Math.ceil(now.needed / mb), Math.floor((free + now.freed) / mb)];
      throw restoreNoRoom({ volume: volume.into, neededMb, freeMb });
    }
  }
  return all;
}

/** In bytes; by the number of its device two volumes of one disk are known. */
async function roomOf(
  inside: Inside,
  volume: RestoredVolume,
  signal: AbortSignal,
): Promise<{ disk: string; free: number; used: number }> {
  const place = quoted(placeOf(volume.name));
  const [disk = "", free = "", used = ""] = (
    await said(
      inside,
      `stat -c %d ${place}; df -Pk ${place} | tail -n 1 | { read a b c d e; echo $d; }; ` +
        `du -skc ${placesOf(volume).map(quoted).join(" ")} 2>/dev/null | tail -n 1`,
      signal,
    )
  ).split("\n");
  return { disk, free: numberIn(free) * 1024, used: numberIn(used) * 1024 };
}

/** How much each of these volumes comes to in its snapshot. */
async function listedIn(
  inside: Inside,
  { repository }: DataPlan,
  volumes: readonly RestoredVolume[],
): Promise<Map<RestoredVolume, Listed>> {
  const all = new Map(volumes.map((volume): [RestoredVolume, Listed] => [volume, { files: 0, bytes: 0 }]));
  for (const [snapshot, there] of Map.groupBy(all, ([volume]) => volume.snapshot)) {
    const places = there.flatMap(([volume, listed]) => placesOf(volume).map((place) => ({ place, listed })));
    const under = places.map(({ place }) => place);
    await eachNode(inside.restic, { repository, snapshot, under }, ({ path, type, size }) => {
      if (type !== "file") return;
      for (const { place, listed } of places) {
        if (!isUnder(place, path)) continue;
        listed.files++;
        listed.bytes += size;
      }
    });
  }
  return all;
}

/** What of these paths, each in the one before it, is in the snapshot of a volume, and what it is there. */
export async function typesAt(
  restic: Inside["restic"],
  backup: Backup,
  volume: Manifest["volumes"][number],
  paths: readonly string[],
): Promise<Map<string, string>> {
  const types = new Map<string, string>();
  const [outermost] = paths;
  if (outermost === undefined) return types;
  const place = placeOf(volume.name);
  const { repository } = backup;
  const snapshot = snapshotOfVolume(backup, volume);
  await eachNode(restic, { repository, snapshot, under: [posix.join(place, outermost)] }, (node) => {
    const one = posix.relative(place, node.path);
    if (paths.includes(one)) types.set(one, node.type);
  });
  return types;
}

async function empty(
  { helper }: Inside,
  { repository }: DataPlan,
  volume: RestoredVolume,
  signal: AbortSignal,
): Promise<void> {
  // As POSIX has it: not every busybox knows -mindepth and -delete.
  const script = `cd ${quoted(placeOf(volume.name))} && find . ! -name . -prune -exec rm -rf {} +`;
  const whole = ["sh", "-c", script];
  const words = volume.paths === null ? whole : ["rm", "-rf", "--", ...placesOf(volume)];
  const emptied = await helper.exec(words, { signal });
  if (emptied.exitCode !== 0)
    throw resticProblem(emptied, { repository, doing: `empty the volume ${volume.into}` });
}

async function fillOne(
  { restic }: Inside,
  { repository }: DataPlan,
  volume: RestoredVolume,
  { signal, compare = false }: FillOptions,
): Promise<void> {
  const { snapshot } = volume;
  const includes = placesOf(volume).flatMap((path) => ["--include", pattern(path)]);
  const verify = compare ? ["--verify"] : [];
  const ended = await restic.end(["restore", snapshot, "--target", "/", ...verify, ...includes], { signal });
  if (ended.exitCode !== 0) throw failure(ended, { repository, volume });
}

/** How restic says that a file is not what its snapshot has, reading it back. */
const otherwise = /(?:unexpected content in|invalid file size for) ([^\n]+?)(?:, starting at|: expected)/i;

/** A full disk of the server is none of the repository. */
function failure(ended: HelperEnd, about: { repository: string; volume: RestoredVolume }) {
  const { name, short, into } = about.volume;
  if (/no space left on device|disk quota exceeded/i.test(ended.stderr))
    return restoreDiskFull({ volume: into });
  const [, file] = otherwise.exec(ended.stderr) ?? [];
  if (file !== undefined) {
    const what = `${posix.relative(placeOf(name), file)} has another content`;
    return restoreIncomplete({ volume: short, what });
  }
  return resticProblem(ended, { repository: about.repository, doing: `fill the volume ${into}` });
}

/** As many files and bytes as in the snapshot. That each is the same, restic has seen by its SHA-256 (`--verify`). */
async function compareOne(
  inside: Inside,
  volume: RestoredVolume,
  { files, bytes }: Listed,
  signal: AbortSignal,
): Promise<Compared> {
  const places = placesOf(volume).map(quoted).join(" ");
  const sizes = await said(inside, `find ${places} -type f -exec stat -c %s {} +`, signal);
  const counted = sizes.split("\n").filter((line) => line !== "");
  const total = counted.reduce((sum, size) => sum + Number(size), 0);
  const incomplete = (what: string) => restoreIncomplete({ volume: volume.short, what });
  if (counted.length !== files) {
    throw incomplete(`${files} files in the snapshot, ${counted.length} in the volume`);
  }
  if (total !== bytes) throw incomplete(`${bytes} bytes in the snapshot, ${total} in the volume`);
  return { volume: volume.short, files, bytes };
}

async function said({ helper }: Inside, script: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await helper.exec(["sh", "-c", script], { signal });
  return stdout;
}

/** 0 where nothing is said: a path that is not there takes no room. */
function numberIn(text: string): number {
  return Number(/\d+/.exec(text)?.[0] ?? 0);
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** restic takes what it is to include for a pattern; here it is a name. */
const pattern = (path: string): string => path.replace(/[*?[\\]/g, "\\$&");
