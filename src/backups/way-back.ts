/** The way back to the present of one volume or one path, which the present may never have had. */
import { restorePathUnknown, restoreVolumeUnknown } from "../core/problems/restoring.ts";
import { typesAt } from "./filling.ts";
import type { Inside } from "./helping.ts";
import { isUnder } from "./listing.ts";
import type { Ground } from "./open.ts";
import { isAstray } from "./placing.ts";
import { withManifest } from "./read-manifest.ts";
import { chosen, insideOf, intoOf } from "./restoring.ts";
import type { RestoredVolume, TakeOut, WayBack, WayBackWish } from "./restoring-types.ts";
import type { Backup, Manifest } from "./types.ts";

/** As `Restoring.planWayBack`. */
export async function planWayBack(ground: Ground, wish: WayBackWish, run: string): Promise<WayBack> {
  const { server, stack } = ground.apps.get(wish.app);
  const present = chosen(ground, wish.app, wish.backup);
  const swarm = ground.servers.swarmOf(server);
  const { put, others } = wish;
  // The rest of it stayed where that was: a part of it would be all that the app has where it runs now.
  if (await isAstray(swarm, { stack, volumes: put, others })) return { kind: "bring", part: {} };
  await swarm.dropHelpers(run, [null]);
  const found = await withManifest(ground, present, { server, run }, (manifest, { restic }) =>
    foundIn(present, manifest, { ...wish, stack }, restic),
  );
  if (found.kind === "bring") return found;
  const { paths, folders } = found;
  const { id: backup, repository } = present;
  const { before: here, timeoutSeconds } = await swarm.planLive(stack, { restart: null });
  const volumes = put.map(({ short, service, into, node }): RestoredVolume => {
    return { name: into, short, service, paths, snapshot: "", into, node, isLive: false };
  });
  return {
    kind: "take out",
    data: {
      ...{ app: wish.app, backup, repository, server, stack, volumes, here, timeoutSeconds },
      ...{ preHooks: [], postHooks: [], dumps: [], first: [], left: [], others },
    },
    folders,
  };
}

/** What the backup of the present has of a part. That it lacks it counts only where it would have it. */
async function foundIn(
  present: Backup,
  manifest: Manifest,
  { put, path, stack }: WayBackWish & { stack: string },
  restic: Inside["restic"],
): Promise<Found> {
  const heldAt = (into: string): Manifest["volumes"] =>
    manifest.volumes.filter(({ name }) => intoOf(name, manifest.stack, stack) === into);
  const lacking = put.filter(
    ({ into }) => heldAt(into).length < put.filter((one) => one.into === into).length,
  );
  const [lost] = lacking;
  // One that was there and is in no backup, such as that of a dumped database, nobody can bring back.
  if (lost !== undefined && put.every(({ into, isThere }) => !isThere && heldAt(into).length === 0))
    return { kind: "take out", paths: null, folders: [] };
  const known = manifest.volumes.map(({ short }) => short);
  const held = put.flatMap(({ into }) => heldAt(into));
  const [first] = held;
  if (lost !== undefined || first === undefined)
    throw restoreVolumeUnknown({ backup: present.id, volume: lost?.short ?? "", known });
  // By its whole name, unless several are called so: the present may have other volumes than the backup.
  const volume = held.every(({ name }) => name === first.name) ? first.name : first.short;
  return path === undefined ? { kind: "bring", part: { volume } } : pathIn(present, first, path, restic);
}

type Found = Exclude<WayBack, TakeOut> | { kind: "take out"; paths: string[] | null; folders: string[] };

async function pathIn(
  present: Backup,
  volume: Manifest["volumes"][number],
  path: string,
  restic: Inside["restic"],
): Promise<Found> {
  const { name, short, paths } = volume;
  const inside = insideOf(path);
  const bring = (one: string): Found => ({ kind: "bring", part: { volume: name, path: one } });
  if ((await typesAt(restic, present, volume, [inside])).has(inside)) return bring(inside);
  const isLookedAt = paths === null || paths.some((one) => isUnder(one, inside));
  // As `saving.ts` says it: what could not be read is in no snapshot, and was there.
  if (!isLookedAt || /could not be read/i.test(present.reason ?? ""))
    throw restorePathUnknown({ backup: present.id, volume: short, path });
  const above = inside
    .split("/")
    .slice(0, -1)
    .map((_, n, all) => all.slice(0, n + 1).join("/"));
  const types = await typesAt(restic, present, volume, above);
  // A file where the backup has a folder: it had to give way, and comes back.
  const gaveWay = above.find((one) => (types.get(one) ?? "dir") !== "dir");
  if (gaveWay !== undefined) return bring(gaveWay);
  const folders = above.filter((one) => !types.has(one)).reverse();
  return { kind: "take out", paths: [inside], folders };
}
