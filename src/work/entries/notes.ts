import { and, eq, inArray, ne, sql } from "drizzle-orm";
import { formatMoney, readMoney } from "../../core/money.ts";
import { formatDuration } from "../../core/work-time.ts";
import { schema, type Db } from "../../db/index.ts";
import { mostMinutesADay } from "../limits.ts";
import type { WorkParts } from "../parts.ts";
import type { Entry } from "../types.ts";
import { agreersOf } from "./agreers.ts";
import { noRoom } from "./room-in-budget.ts";
import { living, minutesOn, readEntries } from "./rows.ts";

const { workEntry, workEntryVersion: version } = schema;

/** What whoever entered it and whoever agrees should know of an entry that waits, one sentence each. */
export function notesOn(parts: WorkParts, entry: Entry): string[] {
  const { db, settings } = parts;
  return [
    ...twins(db, entry),
    ...longDay(db, entry),
    ...fullBudget(db, entry),
    ...lumpSums(db, entry, settings.yearlyNoteAbove),
    ...nobodyAgrees(parts, entry),
  ];
}

/** Two entries of one day that say the same, or name the same ticket, are probably one. */
function twins(db: Db, entry: Entry): string[] {
  const others = readEntries(
    db,
    and(
      eq(workEntry.person, entry.person),
      eq(version.day, entry.day),
      inArray(workEntry.state, [...living]),
      ne(workEntry.id, entry.id),
    ),
  ).filter((other) => other.id !== entry.corrects && other.corrects === null && entry.corrects === null);
  const words = entry.description.toLowerCase();
  return others.flatMap((other) => {
    const time = other.minutes === null ? "" : ` (${formatDuration(other.minutes)})`;
    if (other.description.toLowerCase() === words)
      return [`Mind: entry ${other.id} of the same day says the same${time}.`];
    if (other.evidence !== null && other.evidence === entry.evidence)
      return [`Mind: entry ${other.id} of the same day names ${other.evidence}, too${time}.`];
    return [];
  });
}

function longDay(db: Db, { person, day, id, minutes }: Entry): string[] {
  const all = minutesOn(db, person, day, id) + (minutes ?? 0);
  if (all <= mostMinutesADay) return [];
  return [`Mind: this makes ${formatDuration(all)} of ${person} on ${day}, which was said to be meant.`];
}

function fullBudget(db: Db, entry: Entry): string[] {
  const problem = noRoom(db, entry);
  return problem === undefined ? [] : [`Mind: it cannot be agreed to as it is. ${problem.text.happened}`];
}

function lumpSums(db: Db, entry: Entry, limit: string | undefined): string[] {
  const most = limit === undefined ? undefined : readMoney(limit);
  const isLump = entry.kind === "lump-sum" || entry.kind === "stipend";
  if (most === undefined || !isLump || entry.currency !== most.currency) return [];
  const year = entry.day.slice(0, 4);
  const row = db.orm
    .select({ minor: sql<number>`coalesce(sum(${version.amountMinor}), 0)` })
    .from(workEntry)
    .innerJoin(version, and(eq(version.entry, workEntry.id), eq(version.version, workEntry.version)))
    .where(
      and(
        eq(workEntry.person, entry.person),
        inArray(version.kind, ["lump-sum", "stipend"]),
        eq(version.currency, most.currency),
        inArray(workEntry.state, [...living]),
        sql`substr(${version.day}, 1, 4) = ${year}`,
      ),
    )
    .get();
  const all = BigInt(row?.minor ?? 0);
  if (all <= most.amountMinor) return [];
  const sum = formatMoney({ amountMinor: all, currency: most.currency });
  return [
    `Mind: with this, stipends and lump sums of ${entry.person} in ${year} come to ${sum}, ` +
      `more than ${formatMoney(most)}. Whether that is taxed is for ${entry.person} to find out.`,
  ];
}

function nobodyAgrees(parts: WorkParts, entry: Entry): string[] {
  const { only, needed } = agreersOf(parts, entry);
  if (only.length >= needed) return [];
  const who = only.length === 0 ? "Nobody" : `Only ${only.join(", ")}`;
  return [
    `Mind: ${who} can agree to it just now, and ${needed === 1 ? "1 voice is" : `${needed} voices are`} needed. ` +
      `More maintainers: \`circle maintainer ${entry.circle} <name>\`, then \`work submit ${entry.id}\``,
  ];
}
