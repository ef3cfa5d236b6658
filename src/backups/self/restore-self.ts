/** Tandem from its own backup, on a machine that has nothing but restic and Tandem. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Clock } from "../../core/clock.ts";
import { messageOf } from "../../core/problem.ts";
import { restoreIntoFull, selfBackupNotThere, selfCopyBroken } from "../../core/problems/backup-care.ts";
import type { Snapshot } from "../restic/snapshots.ts";
import { lookAtCopy, manifestName, type SelfManifest } from "./gather.ts";
import { resticWith } from "./restic-here.ts";
import { selfTag } from "./take-self.ts";

export interface RestoredSelf {
  snapshot: string;
  manifest: SelfManifest;
  /** The data folder and the settings file, as they lie now. */
  dataDir: string;
  settings: string | null;
}

/**
 * Restores the newest backup of Tandem itself, or the one that is named, into an empty folder, and looks whether it is
 * what was taken. Throws `restore-into-full`, `self-backup-not-there`, `self-copy-broken` and what restic fails for.
 */
export async function restoreSelf(
  wish: {
    from: string;
    passwordFile: string;
    to: string;
    snapshot?: string | undefined;
    env: Record<string, string>;
  },
  clock: Clock,
): Promise<RestoredSelf> {
  const { from, passwordFile, to } = wish;
  if (existsSync(to) && readdirSync(to).length > 0) throw restoreIntoFull({ folder: to });
  const words = ["restic", "--no-cache", "-r", from, "--password-file", passwordFile];
  const restic = resticWith(words, wish.env, { name: from, clock });
  const listed = await restic.run("list its snapshots", ["snapshots", "--json", "--tag", selfTag]);
  const all = JSON.parse(listed) as Snapshot[];
  const chosen = all
    .filter(({ id }) => wish.snapshot === undefined || id.startsWith(wish.snapshot))
    .sort((a, b) => (a.time < b.time ? 1 : -1))[0];
  if (chosen === undefined) throw selfBackupNotThere({ location: from });
  mkdirSync(to, { recursive: true, mode: 0o700 });
  await restic.run("restore Tandem itself", ["restore", chosen.id, "--target", to]);
  const manifest = readManifest(path.join(to, manifestName));
  const dataDir = path.join(to, manifest.dataDir ?? "data");
  const found = lookAtCopy(path.join(dataDir, "tandem.db"), clock);
  if (found.auditHead !== manifest.auditHead) {
    throw selfCopyBroken({ reason: "its audit ends elsewhere than when it was taken" });
  }
  for (const [table, rows] of Object.entries(manifest.rows))
    if (found.rows[table] !== rows)
      throw selfCopyBroken({ reason: `${table} has ${found.rows[table] ?? 0} rows, and had ${rows}` });
  const settings = manifest.settings === null ? null : path.join(to, manifest.settings);
  return { snapshot: chosen.id, manifest, dataDir, settings };
}

/** Written by a later version, it may mean something else by the same words. */
function readManifest(file: string): SelfManifest {
  try {
    const manifest = JSON.parse(readFileSync(file, "utf8")) as SelfManifest;
    if ((manifest.format as number) !== 1) throw new Error(`its format is ${String(manifest.format)}`);
    return manifest;
  } catch (thrown) {
    throw selfCopyBroken({ reason: messageOf(thrown).replace(/\.$/, "") }, thrown);
  }
}
