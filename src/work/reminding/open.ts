import { and, desc, eq, inArray, lte, sql } from "drizzle-orm";
import type { MemberName } from "../../core/terms.ts";
import { addDays, daysOfMonth, momentOf } from "../../core/work-day.ts";
import { schema, type Db } from "../../db/index.ts";
import { readEntries } from "../entries/rows.ts";
import { agreersOf } from "../entries/agreers.ts";
import type { WorkParts } from "../parts.ts";
import type { Reminder, WorkGround, WorkReminding } from "../types.ts";
import { readWish } from "./wishes.ts";

const { workEntry, workEntryVersion: version, workReminder } = schema;

/** When people are reminded, on the wall clock where they live. */
const hour = 9;
/** Who has entered something in so many days is asked for what is missing, but not who has in the last few. */
const longAgoDays = 92;
const latelyDays = 14;

/** Who is to be reminded of what, when, and how they hear it. */
export function openReminding(parts: WorkParts, ground: WorkGround): WorkReminding {
  const { db, people, audit } = parts;
  return {
    setReminder: (member, wish) =>
      db.tx(() => {
        const now = { ...readWish(db, member), ...wish };
        const row = { isWanted: now.isWanted, timeZone: now.timeZone };
        db.orm
          .insert(workReminder)
          .values({ member, ...row })
          .onConflictDoUpdate({ target: workReminder.member, set: row })
          .run();
        audit.append({ who: member, what: "reminder.set", subject: member, details: row });
        return { isWanted: now.isWanted, timeZone: now.timeZone ?? parts.timeZone };
      }),
    reminders: (month) =>
      people
        .list()
        .map(({ name }) => ({
          member: name,
          at: momentOf(daysOfMonth(month).last, hour, readWish(db, name).timeZone ?? parts.timeZone),
        }))
        .sort((a, b) => a.at - b.at || (a.member < b.member ? -1 : 1)),
    reminderFor: (member, month) => {
      const known = people.byName(member);
      if (known === undefined || !parts.settings.reminders || !readWish(db, member).isWanted) return null;
      const reminder: Reminder = {
        member: known.name,
        lastDay: missing(db, known.name, ground.today(member)),
        waiting: waitingFor(parts, known.name),
        due: known.roles.includes("treasurer") ? due(db, month) : null,
      };
      const isEmpty = reminder.lastDay === null && reminder.waiting === 0 && reminder.due === null;
      return isEmpty ? null : reminder;
    },
    tell: (member, key, message) => {
      const matrixId = people.byName(member)?.matrixIds[0];
      if (matrixId !== undefined) parts.tell(matrixId, key, message);
    },
  };
}

/** The last day of work that a member entered, if it is long enough ago to ask, and not so long that they are away. */
function missing({ orm }: Db, member: MemberName, today: string): string | null {
  const last = orm
    .select({ day: version.day })
    .from(workEntry)
    .innerJoin(version, and(eq(version.entry, workEntry.id), eq(version.version, workEntry.version)))
    .where(and(eq(workEntry.person, member), sql`${workEntry.state} <> 'withdrawn'`))
    .orderBy(desc(version.day))
    .limit(1)
    .get();
  if (last === undefined) return null;
  const isAsked = last.day >= addDays(today, -longAgoDays) && last.day < addDays(today, -latelyDays);
  return isAsked ? last.day : null;
}

function waitingFor(parts: WorkParts, member: MemberName): number {
  return readEntries(parts.db, eq(workEntry.state, "submitted")).filter((entry) => {
    const question = entry.run === null ? undefined : parts.questionOf(entry.run);
    return question?.voices.includes(member) === false && agreersOf(parts, entry).only.includes(member);
  }).length;
}

function due(db: Db, month: string): Reminder["due"] {
  const row = db.orm
    .select({ entries: sql<number>`count(*)` })
    .from(workEntry)
    .innerJoin(version, and(eq(version.entry, workEntry.id), eq(version.version, workEntry.version)))
    .where(and(inArray(workEntry.state, ["approved"]), lte(version.day, daysOfMonth(month).last)))
    .get();
  return row === undefined || row.entries === 0 ? null : { month, entries: row.entries };
}
