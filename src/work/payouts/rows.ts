/** What a batch is worked out from, read from the tables, and how what came of it is written. */
import { and, eq, inArray, isNull, lte, notInArray, sql } from "drizzle-orm";
import { schema, type Db } from "../../db/index.ts";
import type { Share } from "../../core/shares.ts";
import { lastDayOf } from "../booked.ts";
import type { AgreedEntry, BatchInput, CarriedPayable, ComputedBatch, Hold } from "./computing.ts";

const { workEntry, workEntryVersion, workHold, workLine, workBatch, payable, payee } = schema;

/** All that is approved until the month's end, with the holds, what is carried, and who has a way to be paid. */
export function inputFor(db: Db, batch: string, period: string): BatchInput {
  const until = lastDayOf(period);
  const isFree = and(eq(workEntry.state, "approved"), lte(workEntryVersion.day, until));
  return { ...aroundIt(db, batch), batch, period, entries: entriesWhere(db, isFree) };
}

/** The entries that are in the batch already and still belong there. Nothing joins it that was not published. */
export function inputOf(db: Db, batch: string, period: string): BatchInput {
  const published = db.orm
    .selectDistinct({ entry: workLine.entry })
    .from(workLine)
    .where(eq(workLine.batch, batch));
  const isIn = and(eq(workEntry.state, "batched"), inArray(workEntry.id, published));
  return { ...aroundIt(db, batch), batch, period, entries: entriesWhere(db, isIn) };
}

function entriesWhere(db: Db, where: ReturnType<typeof and>): AgreedEntry[] {
  const version = workEntryVersion;
  return (
    db.orm
      .select({
        entry: workEntry.id,
        person: workEntry.person,
        hash: version.hash,
        day: version.day,
        amountMinor: version.amountMinor,
        currency: version.currency,
        shares: version.shares,
      })
      .from(workEntry)
      .innerJoin(version, and(eq(version.entry, workEntry.id), eq(version.version, workEntry.version)))
      // Only what they agreed to: a version that nobody has seen is not paid, whatever its entry's state says.
      .where(
        and(
          where,
          eq(workEntry.approvedHash, version.hash),
          notInArray(version.kind, ["volunteer", "in-kind"]),
        ),
      )
      .all()
      .map(({ amountMinor, shares, ...entry }) => ({
        ...entry,
        amountMinor: amountMinor === null ? null : BigInt(amountMinor),
        shares: JSON.parse(shares) as Share[],
      }))
  );
}

/** What the batch has taken over itself counts as free: it is worked out from the beginning each time. */
function aroundIt(db: Db, batch: string): { holds: Hold[]; carried: CarriedPayable[]; payees: Set<string> } {
  const holds = db.orm
    .select({ entry: workHold.entry, by: workHold.by, why: workHold.why })
    .from(workHold)
    .where(isNull(workHold.releasedAt))
    .all();
  const carried = db.orm
    .select()
    .from(payable)
    .where(eq(payable.state, "carried"))
    .all()
    .filter(({ carriedInto }) => carriedInto === null || carriedInto.startsWith(`${batch}/`))
    .map(({ id, member, currency, amountMinor }) => ({
      id,
      member,
      currency,
      amountMinor: BigInt(amountMinor),
    }));
  const payees = db.orm.select({ member: payee.member }).from(payee).all();
  return { holds, carried, payees: new Set(payees.map(({ member }) => member)) };
}

/** Writes the lines and payables of a batch, and says of its entries that they are in it. */
export function writeBatch(db: Db, batch: string, computed: ComputedBatch, at: string): void {
  for (const { amountMinor, ...line } of computed.lines)
    db.orm
      .insert(workLine)
      .values({ batch, ...line, amountMinor: Number(amountMinor) })
      .run();
  for (const { takesOver, amountMinor, ...one } of computed.payables) {
    const row = {
      ...one,
      batch,
      amountMinor: Number(amountMinor),
      state: "proposed" as const,
      updatedAt: at,
    };
    db.orm.insert(payable).values(row).run();
    if (takesOver.length > 0)
      db.orm.update(payable).set({ carriedInto: one.id }).where(inArray(payable.id, takesOver)).run();
  }
  setEntries(db, [...new Set(computed.lines.map(({ entry }) => entry))], "approved", "batched");
}

/** Takes the lines and payables out again: the entries that are still in the batch are approved as before. */
export function eraseBatch(db: Db, batch: string, { keepLines = false } = {}): void {
  const lines = db.orm
    .select({ entry: workLine.entry })
    .from(workLine)
    .where(eq(workLine.batch, batch))
    .all();
  setEntries(db, [...new Set(lines.map(({ entry }) => entry))], "batched", "approved");
  const ids = db.orm.select({ id: payable.id }).from(payable).where(eq(payable.batch, batch));
  db.orm.update(payable).set({ carriedInto: null }).where(inArray(payable.carriedInto, ids)).run();
  db.orm.delete(payable).where(eq(payable.batch, batch)).run();
  if (!keepLines) db.orm.delete(workLine).where(eq(workLine.batch, batch)).run();
}

function setEntries(
  db: Db,
  entries: number[],
  from: "approved" | "batched",
  to: "approved" | "batched",
): void {
  const change = db.sqlite.prepare("update work_entry set state = ? where id = ? and state = ?");
  for (const entry of entries) change.run(to, entry, from);
}

/** The batch that is published or asked about, if there is one. */
export function openBatch(db: Db): { id: string; period: string } | undefined {
  return db.orm
    .select({ id: workBatch.id, period: workBatch.period })
    .from(workBatch)
    .where(sql`${workBatch.state} in ('published', 'asked')`)
    .get();
}
