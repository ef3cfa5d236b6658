import { and, eq, inArray } from "drizzle-orm";
import { hashOf } from "../../core/canonical.ts";
import {
  correctionEmpty,
  correctionOfCorrection,
  correctionTooWide,
  currencyDiffers,
  entryInPast,
} from "../../core/problems/work.ts";
import { formatMoney, type Money } from "../../core/money.ts";
import type { Member } from "../../people/index.ts";
import { schema, type Db } from "../../db/index.ts";
import type { WorkParts } from "../parts.ts";
import type { Correction, Entry, EntryContent, NewEntry, SaidAt, Share, WorkGround } from "../types.ts";
import { notesOn } from "./notes.ts";
import { prepare } from "./prepare.ts";
import { living, readEntries } from "./rows.ts";
import { owned } from "./see.ts";
import { readShares } from "./shares.ts";
import { amountOf, countable } from "./worth.ts";
import { insertEntry, insertNextVersion, record } from "./write.ts";

const { workEntry } = schema;

type Corrected = { entry: Entry; notes: string[]; cancels: string | null };

/** A new version of an entry, or (in a batch or paid) a new entry with the difference. Throws what does not fit. */
export function correct(
  parts: WorkParts,
  ground: WorkGround,
  by: Member,
  place: SaidAt | null,
  id: number,
  said: Correction,
): Corrected {
  const entry = owned(parts, by.name, id);
  if (entry.state === "withdrawn") throw entryInPast({ id, state: entry.state, to: "corrected" });
  const isFixed = isInBatch(entry) || correctionsOf(parts.db, id).length > 0;
  if (entry.corrects !== null) {
    if (!isInBatch(entry)) throw correctionOfCorrection({ id, of: entry.corrects });
    return correct(parts, ground, by, place, entry.corrects, said);
  }
  return isFixed
    ? addDifference(parts, by, place, entry, said)
    : rewrite(parts, ground, by, place, entry, said);
}

function isInBatch({ state }: Entry): boolean {
  return state === "batched" || state === "paid";
}

/** What stands of the corrections of an entry, agreed to or not. */
export function correctionsOf(db: Db, id: number): Entry[] {
  return readEntries(db, and(eq(workEntry.corrects, id), inArray(workEntry.state, [...living])));
}

function rewrite(
  parts: WorkParts,
  ground: WorkGround,
  by: Member,
  place: SaidAt | null,
  entry: Entry,
  said: Correction,
): Corrected {
  const whose =
    said.for === undefined
      ? { person: parts.people.byName(entry.person) ?? by, shares: entry.shares }
      : readShares(parts.people, by, said.for, said.shares);
  const { person, content } = prepare(parts, ground, {
    ...{ by, whose, place: null, said: merged(entry, said) },
    instead: { id: entry.id, day: entry.day },
  });
  if (isSame(entry, person.name, content)) throw correctionEmpty({ id: entry.id });
  const next = insertNextVersion(parts, entry, { by: by.name, place, person: person.name, content });
  record(parts, by.name, "corrected", next, { before: entry.hash });
  return { entry: next, notes: notesOn(parts, next), cancels: entry.run };
}

/** What was said before, with what is said now in its place. */
function merged(entry: Entry, said: Correction): NewEntry {
  const wasLump = entry.kind === "lump-sum" || entry.kind === "stipend";
  const lump: Money | null =
    wasLump && entry.amountMinor !== null && entry.currency !== null
      ? { amountMinor: BigInt(entry.amountMinor), currency: entry.currency }
      : null;
  const kind = said.kind ?? (said.lump !== undefined && !wasLump ? "lump-sum" : entry.kind);
  const staysLump = kind === "lump-sum" || kind === "stipend";
  const isPaid = kind !== "volunteer" && kind !== "in-kind";
  const budget = said.budget ?? (isPaid ? (entry.budget ?? undefined) : undefined);
  const evidence = said.evidence ?? entry.evidence ?? undefined;
  return {
    minutes: said.minutes ?? entry.minutes,
    lump: said.lump ?? (staysLump ? lump : null),
    kind,
    circle: said.circle ?? entry.circle,
    words: said.words ?? [entry.description],
    date: said.date ?? entry.day,
    ...(budget !== undefined && { budget }),
    ...(said.words === undefined && evidence !== undefined && { evidence }),
    ...(said.sure !== undefined && { sure: said.sure }),
  };
}

function isSame(entry: Entry, person: string, content: EntryContent): boolean {
  const { kind, seat, circle, budget, day, minutes, description, evidence } = entry;
  const { rate, perHourMinor, currency, amountMinor, shares } = entry;
  const was = { kind, seat, circle, budget, day, minutes, description, evidence };
  const before = { ...was, rate, perHourMinor, currency, amountMinor, shares };
  return person === entry.person && hashOf(before) === hashOf(content);
}

const mayChange = new Set(["minutes", "lump", "words", "sure"]);

/** What was paid stays in the records: the new entry holds what is missing, or what was too much. */
function addDifference(
  parts: WorkParts,
  by: Member,
  place: SaidAt | null,
  entry: Entry,
  said: Correction,
): Corrected {
  const stray = Object.keys(said).find((key) => !mayChange.has(key));
  if (stray !== undefined) throw correctionTooWide({ id: entry.id, what: stray });
  const all = [entry, ...correctionsOf(parts.db, entry.id)];
  const minutes = difference(all, "minutes", said.minutes);
  const amount = wantedAmount(entry, said);
  const amountMinor = difference(all, "amountMinor", amount);
  if (minutes === 0 && amountMinor === 0) throw correctionEmpty({ id: entry.id });
  const made = insertEntry(parts, {
    ...{ by: by.name, place, person: entry.person, corrects: entry.id },
    content: {
      ...contentOf(entry),
      minutes: entry.minutes === null && said.minutes === undefined ? null : minutes,
      amountMinor: entry.amountMinor === null ? null : amountMinor,
      description: said.words === undefined ? `correction: ${entry.description}` : said.words.join(" "),
    },
  });
  record(parts, by.name, "corrects", made, { corrects: entry.id });
  return { entry: made, notes: notesOn(parts, made), cancels: null };
}

/** What the whole should come to; undefined: as it is. Worth its time by the rate that it was entered by. */
function wantedAmount(entry: Entry, said: Correction): number | undefined {
  if (entry.perHourMinor !== null) {
    if (said.lump !== undefined && said.lump !== null)
      throw correctionTooWide({ id: entry.id, what: "kind" });
    return said.minutes === undefined || said.minutes === null
      ? undefined
      : Number(amountOf(said.minutes, entry.perHourMinor));
  }
  if (said.lump === undefined || said.lump === null) return undefined;
  const { currency, budget } = entry;
  if (currency === null) throw correctionTooWide({ id: entry.id, what: "kind" });
  if (said.lump.currency !== currency)
    throw currencyDiffers({ amount: formatMoney(said.lump), budget: budget ?? "", currency });
  return countable(said.lump);
}

function difference(
  all: readonly Entry[],
  of: "minutes" | "amountMinor",
  wanted: number | null | undefined,
): number {
  if (wanted === undefined || wanted === null) return 0;
  return wanted - all.reduce((sum, one) => sum + (one[of] ?? 0), 0);
}

function contentOf(entry: Entry): EntryContent {
  const { kind, seat, circle, budget, day, minutes, description, evidence } = entry;
  const { rate, perHourMinor, currency, amountMinor } = entry;
  const shares: Share[] = entry.shares;
  return {
    ...{ kind, seat, circle, budget, day, minutes, description, evidence },
    ...{ rate, perHourMinor, currency, amountMinor, shares },
  };
}
