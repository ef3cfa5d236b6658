/** Snapshots in a repository, as restic lists them. */
import type { Restic } from "./run.ts";

/** What restic says of a snapshot, as far as it is read. */
export interface Snapshot {
  id: string;
  time: string;
  hostname: string;
  paths: string[];
  tags?: string[];
}

/** What `restic backup --json` says at its end. */
export interface Summary {
  message_type: "summary";
  files_new: number;
  files_changed: number;
  files_unmodified: number;
  total_files_processed: number;
  total_bytes_processed: number;
  data_added: number;
  /** Shortened by versions before 0.17. */
  snapshot_id: string;
}

/** By these the snapshots of an app are found, also by somebody who has nothing but restic. */
export function tagsOf(app: string, part: string): string[] {
  return [`app=${app}`, `part=${part}`];
}

/** The snapshots with all of these tags, oldest first. */
export async function snapshotsWith(restic: Restic, tags: readonly string[]): Promise<Snapshot[]> {
  const words = ["snapshots", ...(tags.length === 0 ? [] : ["--tag", tags.join(",")])];
  const found = await restic.json<Snapshot>("list its snapshots", words);
  return found.sort((a, b) => (a.time < b.time ? -1 : 1));
}

/** As `restic backup --time` takes it; helpers run in UTC. */
export function timeWords(startedAt: string): string {
  return startedAt.slice(0, 19).replace("T", " ");
}

/**
 * The snapshots that one backup of an app has made, whether they were written down or not: all of them bear the time at
 * which it began, to the second.
 */
export async function snapshotsAt(restic: Restic, app: string, startedAt: string): Promise<Snapshot[]> {
  const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000);
  const all = await snapshotsWith(restic, [`app=${app}`]);
  return all.filter(({ time }) => seconds(time) === seconds(startedAt));
}

/** Removes snapshots; what only they held stays in the repository until it is pruned. */
export async function removeSnapshots(restic: Restic, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await restic.run("remove snapshots", ["forget", ...ids]);
}

/** One snapshot by its id or the beginning of it; undefined when it is not there. */
export async function snapshotOf(restic: Restic, id: string): Promise<Snapshot | undefined> {
  const found = await restic.json<Snapshot>("look for a snapshot", ["snapshots", id]);
  return found.find((one) => one.id.startsWith(id));
}
