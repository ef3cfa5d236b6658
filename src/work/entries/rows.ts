import { and, asc, desc, eq, inArray, ne, sql, type SQL } from "drizzle-orm";
import type { MemberName } from "../../core/terms.ts";
import type { BudgetName, CircleName } from "../../core/work-terms.ts";
import { schema, type Db } from "../../db/index.ts";
import type { Entry, EntryState, Share } from "../types.ts";

const { workEntry, workEntryVersion: version } = schema;

type Joined = { work_entry: typeof workEntry.$inferSelect; work_entry_version: typeof version.$inferSelect };

/** States in which an entry counts against its budget. */
export const spending = ["approved", "batched", "paid"] as const satisfies EntryState[];
/** States of work that stands, agreed to or not. */
export const living = [...spending, "submitted", "recorded"] as const satisfies EntryState[];

/** Entries with their newest version, by day and number, oldest first. */
export function readEntries({ orm }: Db, where?: SQL, limit = -1): Entry[] {
  return orm
    .select()
    .from(workEntry)
    .innerJoin(version, and(eq(version.entry, workEntry.id), eq(version.version, workEntry.version)))
    .where(where)
    .orderBy(asc(version.day), asc(workEntry.id))
    .limit(limit)
    .all()
    .map(entryOf);
}

/** The same, newest first. */
export function readNewestEntries({ orm }: Db, where: SQL | undefined, limit: number): Entry[] {
  return orm
    .select()
    .from(workEntry)
    .innerJoin(version, and(eq(version.entry, workEntry.id), eq(version.version, workEntry.version)))
    .where(where)
    .orderBy(desc(version.day), desc(workEntry.id))
    .limit(limit)
    .all()
    .map(entryOf);
}

export function readEntry(db: Db, id: number): Entry | undefined {
  return readEntries(db, eq(workEntry.id, id))[0];
}

/** All versions of an entry, oldest first, each as if it were the newest. */
export function readVersions({ orm }: Db, id: number): Entry[] {
  return orm
    .select()
    .from(workEntry)
    .innerJoin(version, eq(version.entry, workEntry.id))
    .where(eq(workEntry.id, id))
    .orderBy(asc(version.version))
    .all()
    .map((row) => ({ ...entryOf(row), version: row.work_entry_version.version }));
}

/** What the budget has spent on work of these days (both included), and what waits to come on top. */
export function readSpent(
  { orm }: Db,
  budget: string,
  { from, until }: { from: string; until: string },
): Record<"spent" | "waiting", { minor: number; minutes: number }> {
  const rows = orm
    .select({
      isSpent: sql<number>`${workEntry.state} <> 'submitted'`,
      minor: sql<number>`coalesce(sum(${version.amountMinor}), 0)`,
      minutes: sql<number>`coalesce(sum(${version.minutes}), 0)`,
    })
    .from(workEntry)
    .innerJoin(version, and(eq(version.entry, workEntry.id), eq(version.version, workEntry.version)))
    .where(
      and(
        eq(version.budget, budget),
        inArray(workEntry.state, [...spending, "submitted"]),
        sql`${version.day} between ${from} and ${until}`,
      ),
    )
    .groupBy(sql`1`)
    .all();
  const of = (isSpent: number): { minor: number; minutes: number } => {
    const { minor = 0, minutes = 0 } = rows.find((row) => row.isSpent === isSpent) ?? {};
    return { minor, minutes };
  };
  return { spent: of(1), waiting: of(0) };
}

function entryOf({ work_entry: row, work_entry_version: said }: Joined): Entry {
  const { kind, seat, day, minutes, description, evidence, rate, perHourMinor, currency, amountMinor } = said;
  const { approvedHash, approvedAt, approvedBy, approval, run, corrects, addedAt } = row;
  return {
    ...{ kind, seat, day, minutes, description, evidence, rate, perHourMinor, currency, amountMinor },
    circle: said.circle as CircleName,
    budget: said.budget as BudgetName | null,
    shares: JSON.parse(said.shares) as Share[],
    id: row.id,
    person: row.person as MemberName,
    version: row.version,
    state: row.state,
    hash: said.hash,
    by: said.by as MemberName,
    at: said.at,
    room: said.room,
    event: said.event,
    approvedBy: approvedBy === null ? [] : (JSON.parse(approvedBy) as MemberName[]),
    ...{ approvedHash, approvedAt, approval, run, corrects, addedAt },
  };
}

/** How many minutes of a person's work stand on a day, but for one entry. */
export function minutesOn({ orm }: Db, person: string, day: string, but?: number): number {
  const row = orm
    .select({ minutes: sql<number>`coalesce(sum(${version.minutes}), 0)` })
    .from(workEntry)
    .innerJoin(version, and(eq(version.entry, workEntry.id), eq(version.version, workEntry.version)))
    .where(
      and(
        eq(workEntry.person, person),
        eq(version.day, day),
        inArray(workEntry.state, [...living]),
        but === undefined ? undefined : ne(workEntry.id, but),
      ),
    )
    .get();
  return row?.minutes ?? 0;
}
