/** What a backup says of itself, and which of its snapshots holds what. */
import { messageOf } from "../core/problem.ts";
import { manifestUnreadable, restoreVolumeUnknown, snapshotGone } from "../core/problems/restoring.ts";
import type { ServerName } from "../core/terms.ts";
import { inHelper, type HelpingParts, type Inside } from "./helping.ts";
import type { RepositoryRows } from "./repositories.ts";
import { resticProblem } from "./restic/failure.ts";
import { snapshotsInFolder } from "./restic/in-folder.ts";
import type { Restic } from "./restic/run.ts";
import type { Backup, Manifest } from "./types.ts";

export const manifestFile = "/tandem/manifest.json";

export interface ManifestParts {
  helping: HelpingParts;
  repositories: RepositoryRows;
}

/**
 * Reads the manifest in a helper on a server, having seen that every snapshot of the backup is there, and hands both to
 * `use`. Throws `repository-elsewhere`, `snapshot-gone`, `manifest-unreadable` and what restic failed for.
 */
export function withManifest<T>(
  { helping, repositories }: ManifestParts,
  backup: Backup,
  at: { server: ServerName; run: string; signal?: AbortSignal },
  use: (manifest: Manifest, inside: Inside) => Promise<T>,
): Promise<T> {
  const repository = repositories.reachedFrom(backup.repository, backup.app, at.server);
  return inHelper(helping, { ...at, node: null, repository }, async (inside) => {
    // Side by side: opening the repository is what takes restic its time. What is gone is told first.
    const [there, manifest] = await Promise.allSettled([
      assertThere(inside, backup),
      readManifest(inside.restic, backup),
    ]);
    if (there.status === "rejected") throw there.reason;
    if (manifest.status === "rejected") throw manifest.reason;
    return use(manifest.value, inside);
  });
}

async function assertThere(
  { helper, restic }: Inside,
  { app, id, repository, snapshots }: Backup,
): Promise<void> {
  const seen = await snapshotsInFolder(
    helper,
    snapshots.map((part) => part.id),
  );
  if (snapshots.every((part) => seen.some((one) => one.startsWith(part.id)))) return;
  const there = await restic.json<{ id: string }>("look for its snapshots", [
    "snapshots",
    ...["--tag", `app=${app}`],
  ]);
  const gone = snapshots.find((part) => !there.some((one) => one.id.startsWith(part.id)));
  if (gone !== undefined) throw snapshotGone({ app, backup: id, repository, snapshot: gone.id.slice(0, 8) });
}

/** It is in the first snapshot that was taken; which one that is depends on how the app was backed up. */
async function readManifest(restic: Restic, backup: Backup): Promise<Manifest> {
  const { id, repository } = backup;
  let why = `there is no ${manifestFile} in its snapshots`;
  for (const part of backup.snapshots.filter(({ kind }) => kind !== "dump")) {
    const ended = await restic.end(["dump", part.id, manifestFile]);
    if (ended.exitCode === 0) return parse(id, ended.stdout);
    if (!/cannot dump file|path "?[^"]*"? ?not found|no such file/i.test(ended.stderr)) {
      const failed = resticProblem(ended, { repository, doing: "read what a backup holds" });
      if (failed.code !== "restic-failed") throw failed;
      why = failed.text.happened;
    }
  }
  throw manifestUnreadable({ backup: id, reason: why.replace(/\.$/, "") });
}

function parse(backup: string, text: string): Manifest {
  try {
    const manifest = JSON.parse(text) as Manifest;
    // Written by a later version, it may mean something else by the same words.
    if ((manifest.format as number) !== 1) throw new Error(`its format is ${String(manifest.format)}`);
    return manifest;
  } catch (thrown) {
    throw manifestUnreadable({ backup, reason: messageOf(thrown) }, thrown);
  }
}

/** The snapshot that holds a volume. Throws `manifest-unreadable` when none does. */
export function snapshotOfVolume(backup: Backup, volume: Manifest["volumes"][number]): string {
  const holds = ({ kind, hostname, volumes }: Backup["snapshots"][number]): boolean =>
    kind === "volumes" && hostname === volume.hostname && volumes.includes(volume.short);
  const found = backup.snapshots.find(holds);
  if (found === undefined)
    throw manifestUnreadable({ backup: backup.id, reason: `no snapshot holds the volume ${volume.short}` });
  return found.id;
}

/** The snapshot in which something beside the volumes of a node lies: secrets, and files of containers. */
export function snapshotBeside(backup: Backup, hostname: string): string {
  const of = (kind: string) =>
    backup.snapshots.find((part) => part.kind === kind && part.hostname === hostname)?.id;
  const found = of("secrets") ?? of("volumes");
  if (found === undefined)
    throw manifestUnreadable({ backup: backup.id, reason: `no snapshot holds the secrets of ${hostname}` });
  return found;
}

/** The volumes that are meant: all of them, or the one that is named. Throws `restore-volume-unknown`. */
export function volumesMeant(backup: Backup, manifest: Manifest, volume?: string): Manifest["volumes"] {
  // By name: a Swarm lists its services in an order of chance, and people compare what they are asked.
  if (volume === undefined) return manifest.volumes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const found = manifest.volumes.filter(({ short, name }) => short === volume || name === volume);
  if (found.length > 0) return found;
  const known = manifest.volumes.map(({ short }) => short);
  throw restoreVolumeUnknown({ backup: backup.id, volume, known });
}
