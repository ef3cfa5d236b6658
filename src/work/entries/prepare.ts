import { dayInFuture, dayTooLong, dayTooOld } from "../../core/problems/work.ts";
import { addDays } from "../../core/work-day.ts";
import { formatDuration } from "../../core/work-time.ts";
import type { Member } from "../../people/index.ts";
import { findCircle } from "../ground/circles.ts";
import { mostEvidence, mostMinutesADay } from "../limits.ts";
import type { WorkParts } from "../parts.ts";
import type { EntryContent, EntryKind, NewEntry, SaidAt, Share, WorkGround } from "../types.ts";
import { minutesOn } from "./rows.ts";
import { splitEvidence } from "./words.ts";
import { worthOf } from "./worth.ts";

export interface Prepared {
  person: Member;
  content: EntryContent;
}

interface Preparing {
  by: Member;
  said: NewEntry;
  whose: { person: Member; shares: Share[] };
  place: SaidAt | null;
  /** The entry that this is a new version of: it does not count beside itself, and its day is not too old. */
  instead?: { id: number; day: string };
}

/** Checks all that was said and works out what it is worth. Writes nothing; throws a Problem for what does not fit. */
export function prepare(parts: WorkParts, ground: WorkGround, preparing: Preparing): Prepared {
  const { by, said, place, instead } = preparing;
  const { person, shares } = preparing.whose;
  const circle = findCircle(parts.db, said.circle).name;
  const { description, evidence } = splitEvidence(said.words);
  const today = ground.today(by.name);
  const day = said.date === undefined ? today : ground.day(said.date, by.name);
  if (day > today) throw dayInFuture({ day, today });
  if (day !== instead?.day) assertNotTooOld(day, today, parts.settings.oldestDays);
  const kind: EntryKind = said.kind ?? (said.lump === null ? "paid" : "lump-sum");
  const worth = worthOf(parts.db, {
    ...{ kind, minutes: said.minutes, lump: said.lump, budget: said.budget },
    ...{ person, shares, circle, day },
  });
  assertNotTooLong(
    parts,
    { person: person.name, day, minutes: said.minutes ?? 0, instead: instead?.id },
    said.sure,
  );
  return {
    person,
    content: {
      ...worth,
      ...{ kind, seat: person.seat, circle, day, description, shares },
      evidence: said.evidence?.slice(0, mostEvidence) ?? evidence ?? linkTo(place),
    },
  };
}

function assertNotTooOld(day: string, today: string, days: number): void {
  const oldest = addDays(today, -days);
  if (day < oldest) throw dayTooOld({ day, days, oldest });
}

function assertNotTooLong(
  { db }: WorkParts,
  {
    person,
    day,
    minutes,
    instead,
  }: { person: string; day: string; minutes: number; instead: number | undefined },
  isSure = false,
): void {
  const all = minutesOn(db, person, day, instead) + minutes;
  if (all <= mostMinutesADay || isSure) return;
  throw dayTooLong({ day, person, hours: mostMinutesADay / 60, with: formatDuration(all) });
}

/** The message that was answered, as an address that every Matrix client opens. */
function linkTo(place: SaidAt | null): string | null {
  if (place?.repliesTo === undefined) return null;
  return `https://matrix.to/#/${encodeURIComponent(place.room)}/${encodeURIComponent(place.repliesTo)}`;
}
