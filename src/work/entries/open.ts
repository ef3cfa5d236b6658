import { entryHasCorrections, entryInPast } from "../../core/problems/work.ts";
import type { WorkParts } from "../parts.ts";
import type { Entry, NewEntry, Logged, SaidAt, WorkEntries, WorkGround } from "../types.ts";
import { openAsking } from "./asking.ts";
import { correct, correctionsOf } from "./correcting.ts";
import { openHolding } from "./holding.ts";
import { notesOn } from "./notes.ts";
import { prepare } from "./prepare.ts";
import { openReviewing } from "./reviewing.ts";
import { readVersions } from "./rows.ts";
import { owned, seen, seenEntries } from "./see.ts";
import { readShares } from "./shares.ts";
import { change, insertEntry, record, reread } from "./write.ts";

/** Entries, from being said to being agreed to. */
export function openEntries(parts: WorkParts, ground: WorkGround): WorkEntries {
  const { db, people } = parts;
  return {
    ...openAsking(parts),
    ...openReviewing(parts),
    ...openHolding(parts),
    log: (by, place, said) => db.tx(() => log(parts, ground, by, place, said)),
    correct: (by, place, id, said) => db.tx(() => correct(parts, ground, people.get(by), place, id, said)),
    withdraw: (by, id) => db.tx(() => withdraw(parts, by, id)),
    entry: (member, id) => seen(parts, member, id),
    versions: (member, id) => readVersions(db, seen(parts, member, id).id),
    entries: (member, filter) => seenEntries(parts, member, filter),
  };
}

function log(parts: WorkParts, ground: WorkGround, by: string, place: SaidAt | null, said: NewEntry): Logged {
  const speaker = parts.people.get(by);
  const whose = readShares(parts.people, speaker, said.for, said.shares);
  const { person, content } = prepare(parts, ground, { by: speaker, said, whose, place });
  const entry = insertEntry(parts, { by, place, content, person: person.name, corrects: null });
  record(parts, by, "logged", entry);
  return { entry, notes: notesOn(parts, entry) };
}

const mayBeWithdrawn = new Set(["submitted", "approved", "recorded"]);

function withdraw(parts: WorkParts, by: string, id: number): { entry: Entry; cancels: string | null } {
  const entry = owned(parts, by, id);
  if (!mayBeWithdrawn.has(entry.state)) throw entryInPast({ id, state: entry.state, to: "withdrawn" });
  const corrections = correctionsOf(parts.db, id).map((one) => one.id);
  if (corrections.length > 0) throw entryHasCorrections({ id, by: corrections });
  change(parts, id, {
    state: "withdrawn",
    approvedHash: null,
    approvedAt: null,
    approvedBy: null,
    approval: null,
  });
  const now = reread(parts, id);
  record(parts, by, "withdrawn", now);
  return { entry: now, cancels: entry.state === "submitted" ? entry.run : null };
}
