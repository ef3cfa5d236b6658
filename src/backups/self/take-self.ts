/** Tandem's own backup, written by the restic of its own machine. */
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { Problem } from "../../core/problem.ts";
import type { ServerName } from "../../core/terms.ts";
import { resticFailed } from "../../core/problems/backups.ts";
import { selfElsewhere, selfWithoutRepository } from "../../core/problems/backup-care.ts";
import type { Snapshot, Summary } from "../restic/snapshots.ts";
import type { RepositoryRows } from "../repositories.ts";
import type { Turns } from "../turns.ts";
import type { Repository } from "../types.ts";
import { gatherSelf, type SelfManifest, type SelfParts } from "./gather.ts";
import { withResticHere, type ResticHere } from "./restic-here.ts";

export const selfTag = "tandem-self";
export const selfHost = "tandem";
/** In the data folder: what is gathered lies on the disk on which it lies already, for its account alone. */
const stagingName = "self-backup";
const secretsName = "self-restic";

export interface SelfTaken {
  snapshot: string;
  files: number;
  bytes: number;
  /** What people should know of it, in sentences. */
  lines: string[];
}

export interface SelfKeep {
  daily: number;
  weekly: number;
  monthly: number;
}

export interface Self {
  /** Where it goes. Throws `self-without-repository`, `self-elsewhere`, `repository-unknown`. */
  selfRepository(): Repository;
  /** Takes it and looks at it in the repository. Throws what restic fails for, and `self-copy-broken`. */
  takeSelf(run: string, signal: AbortSignal): Promise<SelfTaken>;
  /**
   * Whether there is a place for it that this machine reaches; a sentence says why there is none, and false that nobody
   * has begun with backups: then nothing is missed.
   */
  selfDue(): boolean | string;
}

export function openSelf(
  parts: SelfParts & {
    turns: Turns;
    repositories: Pick<RepositoryRows, "list" | "get">;
    /** As the settings name it. */
    repository: string | undefined;
    keep: SelfKeep;
  },
): Self {
  const { repositories, turns, clock, dataDir, keep } = parts;
  const staging = path.join(dataDir, stagingName);
  const selfRepository = (): Repository => {
    if (parts.repository === undefined) throw selfWithoutRepository({});
    const found = repositories.get(parts.repository);
    const { name, server } = found;
    if (server !== null && server !== ("local" as ServerName))
      throw selfElsewhere({ repository: name, server });
    return found;
  };
  return {
    selfRepository,
    selfDue() {
      try {
        selfRepository();
        return true;
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        return parts.repository !== undefined || repositories.list().length > 0
          ? thrown.text.happened
          : false;
      }
    },
    takeSelf(_run, signal) {
      const repository = selfRepository();
      const work = async (): Promise<SelfTaken> => {
        try {
          const manifest = await gatherSelf(parts, repositories.list(), staging);
          const taken = await withResticHere(repository, path.join(dataDir, secretsName), clock, (restic) =>
            write(restic, { staging, keep, signal }),
          );
          return { ...taken, lines: linesOf(manifest, parts) };
        } finally {
          rmSync(staging, { recursive: true, force: true });
        }
      };
      return turns.take([`repository ${repository.name}`], work, signal);
    },
  };
}

async function write(
  restic: ResticHere,
  { staging, keep, signal }: { staging: string; keep: SelfKeep; signal: AbortSignal },
): Promise<Omit<SelfTaken, "lines">> {
  // A life that was cut off has left its lock, which would keep everybody from forgetting for ever. Only dead ones go.
  await restic.run("clear old locks", ["unlock"], { signal });
  const doing = "back up Tandem itself";
  const words = ["backup", "--json", "--host", selfHost, "--tag", selfTag, "."];
  const printed = await restic.run(doing, words, { cwd: staging, signal });
  const summary = jsonLines<Summary | { message_type: "status" }>(printed).find(
    (line): line is Summary => line.message_type === "summary",
  );
  const there = JSON.parse(
    await restic.run("look for the snapshot", ["snapshots", "--json", "--tag", selfTag]),
  ) as Snapshot[];
  const found = there.find((one) => summary !== undefined && one.id.startsWith(summary.snapshot_id));
  if (summary === undefined || found === undefined || summary.total_files_processed === 0) {
    throw resticFailed({ repository: selfTag, doing, exitCode: 0, said: "the snapshot is not there" });
  }
  const rules = Object.entries(keep).flatMap(([of, count]) =>
    count > 0 ? [`--keep-${of}`, String(count)] : [],
  );
  if (rules.length > 0) {
    const forget = ["forget", "--tag", selfTag, "--group-by", "host,tags", ...rules];
    await restic.run("forget what is too old of Tandem itself", forget, { signal });
  }
  return { snapshot: found.id, files: summary.total_files_processed, bytes: summary.total_bytes_processed };
}

function jsonLines<T>(text: string): T[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as T);
}

function linesOf(
  { hasIdentity }: SelfManifest,
  { folders, root }: Pick<SelfParts, "folders" | "root">,
): string[] {
  const absent = folders.filter((folder) => !existsSync(path.resolve(root, folder)));
  return [
    hasIdentity
      ? "Its identity in Matrix comes along; its device does not, a restored Tandem logs in anew."
      : "It has no identity in Matrix that could come along.",
    ...absent.map((folder) => `Not there, so not in it: ${folder}`),
  ];
}
