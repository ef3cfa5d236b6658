/** When payables are paid, or are not paid after all: what of that follows for entries and batches. */
import { and, eq } from "drizzle-orm";
import { schema, type Db } from "../../db/index.ts";

const { workBatch, workEntry, workLine, payable } = schema;
type Row = typeof payable.$inferSelect;

/** A payable has another state: looks at its batch, and at those whose payables it has taken over. */
export function settlePayable(db: Db, id: string): void {
  const batches = new Set<string>();
  const follow = (one: string): void => {
    const row = db.orm.select().from(payable).where(eq(payable.id, one)).get();
    if (row === undefined) return;
    batches.add(row.batch);
    for (const { id: before } of db.orm.select().from(payable).where(eq(payable.carriedInto, one)).all())
      follow(before);
  };
  follow(id);
  for (const batch of batches) settleBatch(db, batch);
}

/**
 * Entries all of whose shares are paid are paid; so is the batch when nothing of it waits any more. What was paid and
 * came back takes both back.
 */
export function settleBatch(db: Db, batch: string): void {
  const rows = db.orm.select().from(payable).where(eq(payable.batch, batch)).all();
  const paid = new Set(rows.filter((row) => isPaid(db, row)).map(({ id }) => id));
  const waiting = new Set<number>();
  const all = new Set<number>();
  for (const { entry, member, currency } of db.orm
    .select()
    .from(workLine)
    .where(eq(workLine.batch, batch))
    .all()) {
    all.add(entry);
    if (!paid.has(`${batch}/${member}/${currency}`)) waiting.add(entry);
  }
  for (const entry of all) {
    const [from, to] = waiting.has(entry) ? (["paid", "batched"] as const) : (["batched", "paid"] as const);
    db.orm
      .update(workEntry)
      .set({ state: to })
      .where(and(eq(workEntry.id, entry), eq(workEntry.state, from)))
      .run();
  }
  const isWhole = rows.every(({ id, state }) => paid.has(id) || state === "carried");
  const [from, to] = isWhole ? (["approved", "paid"] as const) : (["paid", "approved"] as const);
  db.orm
    .update(workBatch)
    .set({ state: to })
    .where(and(eq(workBatch.id, batch), eq(workBatch.state, from)))
    .run();
}

/** A payable that was taken over is paid when the one that took it over is. */
function isPaid(db: Db, row: Row): boolean {
  if (row.carriedInto === null) return row.state === "paid";
  const into = db.orm.select().from(payable).where(eq(payable.id, row.carriedInto)).get();
  return into !== undefined && isPaid(db, into);
}
