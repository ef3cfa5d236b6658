import { isoOf } from "../../core/clock.ts";
import { entryAskedAlready, entryInPast } from "../../core/problems/work.ts";
import type { WorkParts } from "../parts.ts";
import type { EntryVerdict, Logged, WorkEntries } from "../types.ts";
import { agreersOf } from "./agreers.ts";
import { notesOn } from "./notes.ts";
import { noRoom } from "./room-in-budget.ts";
import { readEntry } from "./rows.ts";
import { owned } from "./see.ts";
import { change, record, reread } from "./write.ts";

type Asking = Pick<WorkEntries, "resubmit" | "beginAsking" | "agree" | "endAsking">;

/** How an entry is agreed to: begun, counted and ended by the run that asks, each in its transaction. */
export function openAsking(parts: WorkParts): Asking {
  const { db } = parts;
  return {
    resubmit: (by, id) => db.tx(() => resubmit(parts, by, id)),
    beginAsking: (id, version, run) =>
      db.tx(() => {
        const entry = readEntry(db, id);
        if (entry?.version !== version || entry.state !== "submitted") return { kind: "overtaken" };
        change(parts, id, { run });
        return {
          kind: "ask",
          entry: { ...entry, run },
          notes: notesOn(parts, entry),
          ...agreersOf(parts, entry),
        };
      }),
    agree: (id, agreed) => db.tx(() => agree(parts, id, agreed)),
    endAsking: (id, version, end, why) =>
      db.tx(() => {
        const entry = readEntry(db, id);
        if (entry?.version !== version || entry.state !== "submitted") return false;
        if (end === "unanswered") return true;
        change(parts, id, { state: "declined" });
        record(parts, "tandem", "declined", reread(parts, id), { why });
        return true;
      }),
  };
}

const mayBeAskedAgain = new Set(["submitted", "declined"]);

function resubmit(parts: WorkParts, by: string, id: number): Logged {
  const entry = owned(parts, by, id);
  if (!mayBeAskedAgain.has(entry.state)) throw entryInPast({ id, state: entry.state, to: "asked about" });
  if (entry.state === "submitted" && entry.run !== null && parts.isOpen(entry.run))
    throw entryAskedAlready({ id, run: entry.run });
  change(parts, id, { state: "submitted", run: null });
  const now = reread(parts, id);
  record(parts, by, "submitted", now);
  return { entry: now, notes: notesOn(parts, now) };
}

/**
 * Counts: the entry is still what was asked, the voices still count as people are now, and its budget has room. All in
 * one transaction with the change, so that two agreements at once cannot spend the same money.
 */
function agree(parts: WorkParts, id: number, agreed: Parameters<WorkEntries["agree"]>[1]): EntryVerdict {
  const entry = readEntry(parts.db, id);
  if (entry?.version !== agreed.version || entry.state !== "submitted" || entry.hash !== agreed.binds)
    return { kind: "overtaken" };
  const { only, needed } = agreersOf(parts, entry);
  const voices = only.filter((name) => agreed.voices.includes(name));
  if (voices.length < needed) return { kind: "voices lost" };
  const problem = noRoom(parts.db, entry);
  if (problem !== undefined) return { kind: "refused", problem: problem.text };
  // What is never paid waits for no batch.
  const state = entry.budget === null ? "recorded" : "approved";
  change(parts, id, {
    state,
    approvedHash: entry.hash,
    approvedAt: isoOf(parts.clock.now()),
    approvedBy: JSON.stringify(voices),
    ...{ approval: agreed.approval, run: agreed.run },
  });
  record(parts, "tandem", state, reread(parts, id), { approval: agreed.approval, voices });
  return { kind: state };
}
