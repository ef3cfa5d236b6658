/** Whether what was taken is what it should be, against the app's earlier backups. */
import type { Backup, BackupEnd, Taken, TakePlan } from "./types.ts";

/** An app that holds less than this share of what it held is looked at by a person, or by a drill. */
const leastShare = 0.5;
/** Unless so few bytes are missing: small apps come and go. */
const leastMissing = 1_000_000;

/**
 * `doubtful` where something speaks against it, with all reasons. It is kept, and not counted as proven until a drill
 * has restored it.
 */
export function prove(before: Backup | null, plan: TakePlan, { doubts, ...taken }: Taken): BackupEnd {
  const reasons = [...doubts, ...(before === null ? [] : againstLast(before, plan, taken))];
  if (taken.files === 0) reasons.push("There is not a single file in it");
  return {
    ...taken,
    warnings: [...plan.warnings, ...taken.warnings],
    state: reasons.length === 0 ? "proven" : "doubtful",
    reason: reasons.length === 0 ? null : reasons.map((one) => `${one.replace(/\.$/, "")}.`).join(" "),
  };
}

function againstLast(before: Backup, plan: TakePlan, taken: Omit<Taken, "doubts">): string[] {
  const reasons: string[] = [];
  const was = before.bytes ?? 0;
  if (taken.bytes < was * leastShare && was - taken.bytes > leastMissing) {
    reasons.push(`It holds ${inMb(taken.bytes)}, and the last proven one (${before.id}) held ${inMb(was)}`);
  }
  const now = new Set(taken.snapshots.flatMap(({ volumes }) => volumes));
  for (const { replaces } of plan.dumps) for (const { short } of replaces) now.add(short);
  const gone = new Set(before.snapshots.flatMap(({ volumes }) => volumes.filter((short) => !now.has(short))));
  if (gone.size > 0) {
    reasons.push(
      `Of the volumes in the last proven one (${before.id}) it does not hold ${[...gone].join(", ")}`,
    );
  }
  return reasons;
}

function inMb(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
