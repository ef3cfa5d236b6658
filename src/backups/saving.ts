/** One call of `restic backup`, and the proof that the repository lists what it says it saved. */
import { resticFailed } from "../core/problems/backups.ts";
import { snapshotMissing } from "../core/problems/backup-taking.ts";
import type { HelperCommand } from "../swarm/index.ts";
import type { Inside } from "./helping.ts";
import { resticProblem } from "./restic/failure.ts";
import { snapshotsInFolder } from "./restic/in-folder.ts";
import { removeSnapshots, snapshotsAt, tagsOf, timeWords, type Summary } from "./restic/snapshots.ts";
import type { SnapshotPart, Taken, TakePlan } from "./types.ts";

export interface Saving {
  plan: TakePlan;
  /** When the backup began: its snapshots bear this time, so that they can be found without being written down. */
  startedAt: string;
  part: Omit<SnapshotPart, "id">;
}

export interface Saved extends Saving {
  summary: Summary;
  /** What could not be read. */
  unread: string[];
}

/** By this the snapshots of one node, or of one dump, are a row of their own. */
export function partName({ kind, hostname, service = "" }: Omit<SnapshotPart, "id">): string {
  if (kind === "volumes") return hostname;
  return kind === "dump" ? `dump-${service}` : `secrets-${hostname}`;
}

/** Some files could not be read; a snapshot is there. */
const incomplete = 3;

/** Throws what restic failed for. Files that could not be read are an answer. */
export async function save(
  { restic }: Inside,
  saving: Saving,
  what: readonly string[],
  options: HelperCommand,
): Promise<Saved> {
  const { plan, startedAt, part } = saving;
  const doing = `back up ${plan.app}`;
  const about = { repository: plan.repository, doing };
  const ended = await restic.end(
    [
      ...["backup", "--json", "--host", plan.server, "--time", timeWords(startedAt)],
      ...tagsOf(plan.app, partName(part)).flatMap((tag) => ["--tag", tag]),
      ...what,
    ],
    options,
  );
  if (ended.exitCode !== 0 && ended.exitCode !== incomplete) throw resticProblem(ended, about);
  const summary = messagesIn(ended.stdout).find((one): one is Summary => one.message_type === "summary");
  if (summary === undefined) {
    throw resticFailed({ ...about, exitCode: ended.exitCode, said: "it did not say what it saved" });
  }
  const unread = messagesIn(ended.stderr).flatMap((one) => ("item" in one ? [one.item] : []));
  const isWhole = ended.exitCode !== incomplete;
  return {
    ...saving,
    summary,
    unread: isWhole ? [] : unread.length > 0 ? unread : ["what restic did not name"],
  };
}

type Said = Summary | { message_type: "error"; item: string } | { message_type: "status" };

/** restic's messages, a JSON object a line; other lines are passed over. */
function messagesIn(text: string): Said[] {
  return text.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    try {
      return [JSON.parse(line) as Said];
    } catch {
      // The beginning of what was kept may be the middle of a line.
      return [];
    }
  });
}

/**
 * Finds what was saved in the repository, by its whole id. Where that is a folder, its file is looked at.
 * `mayHaveLeft`: an earlier try of the same part may have left a snapshot, which is removed then. Throws
 * `snapshot-missing`.
 */
export async function proven(
  inside: Inside,
  saved: Saved,
  { mayHaveLeft }: { mayHaveLeft: boolean },
): Promise<Taken> {
  const { part, summary, unread } = saved;
  const id = (mayHaveLeft ? undefined : await idInFolder(inside, saved)) ?? (await idInList(inside, saved));
  const { kind, service = "" } = part;
  return {
    snapshots: [
      { id, ...part, ...(kind === "dump" && { held: { [service]: summary.total_bytes_processed } }) },
    ],
    files: summary.total_files_processed,
    bytes: summary.total_bytes_processed,
    addedBytes: summary.data_added,
    warnings: [],
    doubts: unread.length === 0 ? [] : [unreadWords(unread)],
  };
}

/** Undefined where the repository is no folder, or it is not seen there at once. */
async function idInFolder({ helper }: Inside, { summary }: Saved): Promise<string | undefined> {
  const found = await snapshotsInFolder(helper, [summary.snapshot_id]);
  return found.length === 1 ? found[0] : undefined;
}

async function idInList({ restic }: Inside, { plan, startedAt, part, summary }: Saved): Promise<string> {
  const tag = tagsOf(plan.app, partName(part))[1] ?? "";
  const listed = (await snapshotsAt(restic, plan.app, startedAt)).filter(({ tags = [] }) =>
    tags.includes(tag),
  );
  const ours = listed.find(({ id }) => id.startsWith(summary.snapshot_id));
  if (ours === undefined) {
    throw snapshotMissing({ app: plan.app, repository: plan.repository, part: partName(part) });
  }
  const leftovers = listed.filter((one) => one !== ours).map(({ id }) => id);
  await removeSnapshots(restic, leftovers);
  return ours.id;
}

const mostNamed = 5;

function unreadWords(unread: readonly string[]): string {
  const more = unread.length > mostNamed ? ` and ${unread.length - mostNamed} more` : "";
  return `Could not be read: ${unread.slice(0, mostNamed).join(", ")}${more}`;
}

/** Of several parts, one after the other. */
export function together(parts: readonly Taken[]): Taken {
  const sum = (of: "files" | "bytes" | "addedBytes"): number => parts.reduce((all, one) => all + one[of], 0);
  return {
    snapshots: parts.flatMap(({ snapshots }) => snapshots),
    ...{ files: sum("files"), bytes: sum("bytes"), addedBytes: sum("addedBytes") },
    warnings: parts.flatMap(({ warnings }) => warnings),
    doubts: parts.flatMap(({ doubts }) => doubts),
  };
}
