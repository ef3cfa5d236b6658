/** Whether what was taken is what it should be, against the app's earlier backups. */
import type { Backup, BackupEnd, Doubt, SnapshotPart, Taken, TakePlan } from "./types.ts";

/** An app that holds less than this share of what it held is looked at by a person, or by a drill. */
const leastShare = 0.5;
/** Unless so few bytes are missing: small apps come and go. */
const leastMissing = 1_000_000;
/** What holds less than this share of what it held is as good as empty, however little it was. */
const asGoodAsEmpty = 0.02;

/**
 * `doubtful` where something speaks against it, with all reasons. It is kept, and not counted as proven; where it only
 * holds less than the last one, a drill can show that it is right so (`isAnswerable`).
 */
export function prove(before: Backup | null, plan: TakePlan, { doubts: seen, ...taken }: Taken): BackupEnd {
  const against: Doubt[] = [
    ...seen.map((words): Doubt => ({ kind: "taken", words: words.replace(/\.$/, "") })),
    ...(before === null ? [] : againstLast(before, plan, taken)),
  ];
  if (taken.files === 0) against.push({ kind: "taken", words: "There is not a single file in it" });
  const leftOut = before === null ? [] : leftOutWords(before, plan);
  return {
    ...taken,
    warnings: [...plan.warnings, ...taken.warnings, ...leftOut],
    state: against.length === 0 ? "proven" : "doubtful",
    reason: against.length === 0 ? null : against.map(({ words }) => `${words}.`).join(" "),
    ...(against.length > 0 && { doubts: against, isAnswerable: isAnswerable(against) }),
  };
}

/**
 * Whether a drill that passes answers all that a backup is doubted for. How it was taken no drill can judge, and of
 * earlier backups it is not known what they are doubted for.
 */
export function isAnswerable(doubts: readonly Doubt[] | undefined): boolean {
  return doubts !== undefined && doubts.length > 0 && doubts.every(({ kind }) => kind !== "taken");
}

function againstLast(before: Backup, plan: TakePlan, taken: Omit<Taken, "doubts">): Doubt[] {
  const doubts = lessInParts(before, taken.snapshots);
  const was = before.bytes ?? 0;
  // What is less in one of them is told once.
  if (doubts.length === 0 && isMuchLess(was, taken.bytes)) {
    const words = `It holds ${inSize(taken.bytes)}, and the last proven one (${before.id}) held ${inSize(was)}`;
    doubts.push({ kind: "less", words });
  }
  const now = new Set([...taken.snapshots.flatMap(({ volumes }) => volumes), ...(plan.leftOut ?? [])]);
  for (const { replaces } of plan.dumps) for (const { short } of replaces) now.add(short);
  const volumes = volumesOf(before).filter((short) => !now.has(short));
  if (volumes.length > 0) {
    const words = `Of the volumes in the last proven one (${before.id}) it does not hold ${volumes.join(", ")}`;
    doubts.push({ kind: "gone", words, volumes });
  }
  return doubts;
}

/** Each volume and dump for itself: one that has become empty does not show beside a large one. */
function lessInParts(before: Backup, now: readonly SnapshotPart[]): Doubt[] {
  const held = heldIn(now);
  return [...heldIn(before.snapshots)].flatMap(([what, was]): Doubt[] => {
    const is = held.get(what);
    if (is === undefined || !(isMuchLess(was, is) || is < was * asGoodAsEmpty)) return [];
    const words = `${what} ${is === 0 ? "is empty" : `holds ${inSize(is)}`}`;
    return [
      { kind: "less", words: `${words}, and in the last proven one (${before.id}) it held ${inSize(was)}` },
    ];
  });
}

/** By what it is, for people. A volume that several nodes have is one. */
function heldIn(snapshots: readonly SnapshotPart[]): Map<string, number> {
  const all = new Map<string, number>();
  for (const { kind, held = {} } of snapshots) {
    for (const [name, bytes] of Object.entries(held)) {
      const volume = name.includes(":") ? name : `The volume ${name}`;
      const what = kind === "dump" ? `The dump of ${name}` : volume;
      all.set(what, (all.get(what) ?? 0) + bytes);
    }
  }
  return all;
}

function isMuchLess(was: number, is: number): boolean {
  return is < was * leastShare && was - is > leastMissing;
}

const volumesOf = (backup: Backup): string[] => [
  ...new Set(backup.snapshots.flatMap(({ volumes }) => volumes)),
];

/** A label is somebody's word; still, what it leaves out is soon in no backup any more. */
function leftOutWords(before: Backup, { leftOut = [] }: TakePlan): string[] {
  const left = volumesOf(before).filter((short) => leftOut.includes(short));
  if (left.length === 0) return [];
  return [`The labels leave out what the last proven one (${before.id}) still held: ${left.join(", ")}.`];
}

function inSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} byte${bytes === 1 ? "" : "s"}`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
