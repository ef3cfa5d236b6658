import { eq } from "drizzle-orm";
import { hashOf } from "../../core/canonical.ts";
import { isoOf } from "../../core/clock.ts";
import { schema } from "../../db/index.ts";
import type { WorkParts } from "../parts.ts";
import type { Entry, EntryContent, SaidAt } from "../types.ts";
import { readEntry } from "./rows.ts";

const { workEntry, workEntryVersion } = schema;

interface Said {
  by: string;
  place: SaidAt | null;
  content: EntryContent;
}

/** Writes an entry in its first version, submitted. */
export function insertEntry(
  parts: WorkParts,
  { person, corrects, ...said }: Said & { person: string; corrects: number | null },
): Entry {
  const { id } = parts.db.orm
    .insert(workEntry)
    .values({ person, version: 1, state: "submitted", corrects, addedAt: isoOf(parts.clock.now()) })
    .returning({ id: workEntry.id })
    .get();
  return insertVersion(parts, { id, person, corrects, version: 1, ...said });
}

/** Writes the next version of an entry: no agreement stands, and it waits for voices again. */
export function insertNextVersion(parts: WorkParts, entry: Entry, said: Said & { person: string }): Entry {
  const version = entry.version + 1;
  change(parts, entry.id, {
    ...{ version, person: said.person, state: "submitted", run: null },
    ...{ approvedHash: null, approvedAt: null, approvedBy: null, approval: null },
  });
  return insertVersion(parts, { id: entry.id, corrects: entry.corrects, version, ...said });
}

function insertVersion(
  parts: WorkParts,
  {
    id,
    person,
    corrects,
    version,
    by,
    place,
    content,
  }: Said & Pick<Entry, "id" | "corrects" | "version"> & { person: string },
): Entry {
  const { shares, ...plain } = content;
  const hash = hashOf({ entry: id, version, person, corrects, ...content });
  const at = isoOf(parts.clock.now());
  parts.db.orm
    .insert(workEntryVersion)
    .values({
      ...{ entry: id, version, ...plain, shares: JSON.stringify(shares), hash, by, at },
      room: place?.room ?? null,
      event: place?.eventId ?? null,
    })
    .run();
  return reread(parts, id);
}

/** Changes where an entry stands. What it says is never changed. */
export function change({ db }: WorkParts, id: number, to: Partial<typeof workEntry.$inferInsert>): void {
  db.orm.update(workEntry).set(to).where(eq(workEntry.id, id)).run();
}

export function reread({ db }: WorkParts, id: number): Entry {
  const entry = readEntry(db, id);
  if (entry === undefined) throw new Error(`entry ${id} is gone`);
  return entry;
}

/** Its row in the audit: who did what to it, and what it says now. */
export function record(
  { audit }: WorkParts,
  who: string,
  what: string,
  entry: Entry,
  more: object = {},
): void {
  const { id, person, version, hash, state } = entry;
  audit.append({
    who,
    what: `entry.${what}`,
    subject: `entry/${id}`,
    details: { person, version, hash, state, ...more },
  });
}
