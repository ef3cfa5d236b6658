/**
 * What Tandem consists of, copied into one folder: the database while it is in use, its identity in Matrix (never the
 * ratchets of its device: restored ones would be used twice), the settings, files beside messages, what opens the
 * repositories, and the folders that the settings name.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openAudit } from "../../audit/index.ts";
import { isoOf, type Clock } from "../../core/clock.ts";
import { messageOf, Problem } from "../../core/problem.ts";
import { selfCopyBroken } from "../../core/problems/backup-care.ts";
import { openDb, type Db } from "../../db/index.ts";
import type { Repository } from "../types.ts";

/** The private halves of the bot's cross-signing keys, in unpadded base64. */
export interface IdentityKeys {
  user: string;
  master: string;
  selfSigning: string;
  userSigning: string;
}

export interface SelfParts {
  db: Db;
  clock: Clock;
  /** The settings file; undefined: all comes from the environment. */
  settingsFile: string | undefined;
  /** Where relative paths of the settings begin. */
  root: string;
  dataDir: string;
  /** Beside the data folder, as the settings name them. */
  folders: readonly string[];
  version: string;
  /** Null: it has none, or there is no Matrix. */
  identity: () => Promise<IdentityKeys | null>;
}

export interface SelfManifest {
  format: 1;
  takenAt: string;
  version: string;
  /** Where the data folder lies, from the settings file on; null: elsewhere, it is `data` in the backup. */
  dataDir: string | null;
  settings: string | null;
  /** Rows of every table when it was taken. */
  rows: Record<string, number>;
  auditHead: string;
  /** What lay outside the folder of the settings: it is under `elsewhere`, by its whole path. */
  elsewhere: string[];
  hasIdentity: boolean;
}

export const manifestName = "tandem-self.json";
export const identityName = "identity.json";
export const elsewhereName = "elsewhere";
/** Parts of the data folder that travel; the rest is made anew or must not be used twice. */
const dataParts = ["parcels", "matrix/recovery_key"];

/** Fills `staging`, which is emptied first. Throws `self-copy-broken`. */
export async function gatherSelf(
  parts: SelfParts,
  repositories: readonly Repository[],
  staging: string,
): Promise<SelfManifest> {
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true, mode: 0o700 });
  const { root, dataDir, settingsFile } = parts;
  const inside = (file: string): string | null => {
    const relative = path.relative(root, file);
    return relative.startsWith("..") || path.isAbsolute(relative) || relative === "" ? null : relative;
  };
  const dataIn = inside(dataDir) ?? "data";
  const copy = await copyDatabase(parts, path.join(staging, dataIn, "tandem.db"));
  for (const part of dataParts) put(path.join(dataDir, part), path.join(staging, dataIn, part));
  const identity = await parts.identity();
  if (identity !== null) {
    const file = path.join(staging, dataIn, "matrix", identityName);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${JSON.stringify(identity)}\n`, { mode: 0o600 });
  }
  const files = repositories.flatMap(({ passwordFile, keyFile, credentialsFile }) =>
    [passwordFile, keyFile, credentialsFile].filter((file) => file !== null),
  );
  const elsewhere: string[] = [];
  const wanted = [...(settingsFile === undefined ? [] : [settingsFile]), ...files, ...parts.folders];
  for (const named of wanted) {
    const from = path.resolve(root, named);
    const within = inside(from);
    if (put(from, path.join(staging, within ?? path.join(elsewhereName, from))) && within === null)
      elsewhere.push(from);
  }
  const manifest: SelfManifest = {
    format: 1,
    takenAt: isoOf(parts.clock.now()),
    version: parts.version,
    dataDir: inside(dataDir),
    settings:
      settingsFile === undefined ? null : (inside(settingsFile) ?? path.join(elsewhereName, settingsFile)),
    ...copy,
    elsewhere,
    hasIdentity: identity !== null,
  };
  writeFileSync(path.join(staging, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  return manifest;
}

/** False when there is nothing of that name. */
function put(from: string, to: string): boolean {
  if (!existsSync(from)) return false;
  mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
  // Sockets and the like hold nothing, nor do links that lead nowhere.
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: (file) => {
      const there = statSync(file, { throwIfNoEntry: false });
      return there !== undefined && (there.isFile() || there.isDirectory());
    },
  });
  return true;
}

/** An online copy; it must be whole, down to the audit chain, before it counts as one. */
async function copyDatabase(
  { db, clock }: Pick<SelfParts, "db" | "clock">,
  file: string,
): Promise<Pick<SelfManifest, "rows" | "auditHead">> {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  await db.sqlite.backup(file);
  chmodSync(file, 0o600);
  return lookAtCopy(file, clock);
}

/**
 * What a copy of the database holds, as it is: a later version of Tandem would add to it by bringing it up to date.
 * Throws `self-copy-broken`.
 */
export function lookAtCopy(file: string, clock: Clock): Pick<SelfManifest, "rows" | "auditHead"> {
  let copy: Db | undefined;
  try {
    copy = openDb(file, { migrates: false });
    const found = copy.sqlite.pragma("integrity_check", { simple: true });
    if (found !== "ok") throw selfCopyBroken({ reason: String(found) });
    const chain = openAudit(copy, clock).verify();
    if ("brokenAt" in chain)
      throw selfCopyBroken({ reason: `the audit chain is broken at row ${chain.brokenAt}: ${chain.why}` });
    return { rows: countsIn(copy), auditHead: chain.head };
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === selfCopyBroken.code) throw thrown;
    throw selfCopyBroken({ reason: messageOf(thrown) }, thrown);
  } finally {
    copy?.close();
  }
}

function countsIn({ sqlite }: Db): Record<string, number> {
  const tables = sqlite
    .prepare<[], string>(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by 1",
    )
    .pluck()
    .all();
  return Object.fromEntries(
    tables.map((name) => [
      name,
      sqlite.prepare<[], number>(`select count(*) from "${name}"`).pluck().get() ?? 0,
    ]),
  );
}
