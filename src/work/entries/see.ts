import { and, eq, or, sql, type SQL } from "drizzle-orm";
import { entryNotYours, entryUnknown } from "../../core/problems/work.ts";
import { daysOfMonth } from "../../core/work-day.ts";
import { schema } from "../../db/index.ts";
import { mostListed } from "../limits.ts";
import type { WorkParts } from "../parts.ts";
import type { Entry, EntryFilter } from "../types.ts";
import { agreersOf } from "./agreers.ts";
import { readEntry, readNewestEntries } from "./rows.ts";

const { workEntry, workEntryVersion: version } = schema;

/** Whether an entry is this member's own: their work, entered by them, or a share of it theirs. */
export function isOwn(member: string, entry: Entry): boolean {
  return entry.person === member || entry.by === member || entry.shares.some((one) => one.member === member);
}

/** Own entries; all for treasurers; for those who agree the ones that wait for them. */
export function maySee(parts: WorkParts, member: string, entry: Entry): boolean {
  if (isOwn(member, entry)) return true;
  if (parts.people.byName(member)?.roles.includes("treasurer") === true) return true;
  return entry.state === "submitted" && (agreersOf(parts, entry).only as string[]).includes(member);
}

/** The entry if this member may see it. Unknown ones and those of others are answered alike. */
export function seen(parts: WorkParts, member: string, id: number): Entry {
  const entry = readEntry(parts.db, id);
  if (entry === undefined || !maySee(parts, member, entry)) throw entryUnknown({ id });
  return entry;
}

/** The entry if this member may change it: their work, or entered by them. */
export function owned(parts: WorkParts, member: string, id: number): Entry {
  const entry = seen(parts, member, id);
  if (entry.person !== member && entry.by !== member) throw entryNotYours({ id, person: entry.person });
  return entry;
}

/** What the member may see, newest day first. */
export function seenEntries(parts: WorkParts, member: string, filter: EntryFilter): Entry[] {
  const { month, person, circle, budget, state, limit = mostListed } = filter;
  const days = month === undefined ? undefined : daysOfMonth(month);
  const isTreasurer = parts.people.byName(member)?.roles.includes("treasurer") === true;
  const where: (SQL | undefined)[] = [
    days && sql`${version.day} between ${days.first} and ${days.last}`,
    person === undefined ? undefined : ownedBy(person),
    circle === undefined ? undefined : eq(version.circle, circle),
    budget === undefined ? undefined : eq(version.budget, budget),
    state === undefined ? undefined : eq(workEntry.state, state),
    isTreasurer ? undefined : or(ownedBy(member), eq(version.by, member), eq(workEntry.state, "submitted")),
  ];
  const some = readNewestEntries(parts.db, and(...where), isTreasurer ? limit : -1);
  return some.filter((entry) => maySee(parts, member, entry)).slice(0, limit);
}

function ownedBy(person: string): SQL | undefined {
  // Names are small letters, digits, hyphens and underscores: nothing that JSON would write in another way.
  return or(eq(workEntry.person, person), sql`instr(${version.shares}, ${`"${person}"`}) > 0`);
}
