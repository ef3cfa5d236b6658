import { and, desc, eq, isNull } from "drizzle-orm";
import { isoOf } from "../../core/clock.ts";
import { holdNotPossible, holdNotThere, releaseNotYours } from "../../core/problems/work.ts";
import { schema, type Db } from "../../db/index.ts";
import type { WorkParts } from "../parts.ts";
import type { Entry, WorkEntries } from "../types.ts";
import { readEntry } from "./rows.ts";
import { isOwn } from "./see.ts";
import { record } from "./write.ts";

const { workBatch, workHold, workLine } = schema;

/** Work that somebody holds back from being paid, with a reason. Only the rows: the batch's run reads them. */
export function openHolding(parts: WorkParts): Pick<WorkEntries, "hold" | "release"> {
  const { db, clock } = parts;
  return {
    hold: (by, id, why) =>
      db.tx(() => {
        const entry = readEntry(db, id);
        if (entry === undefined || !isDisputable(parts, entry)) throw holdNotPossible({ id });
        db.orm
          .insert(workHold)
          .values({ entry: id, by, why, at: isoOf(clock.now()) })
          .run();
        record(parts, by, "held", entry, { why });
        return entry;
      }),
    release: (by, id, why) =>
      db.tx(() => {
        const entry = readEntry(db, id);
        const holds = db.orm
          .select()
          .from(workHold)
          .where(and(eq(workHold.entry, id), isNull(workHold.releasedAt)))
          .all();
        const [first] = holds;
        if (entry === undefined || first === undefined) throw holdNotThere({ id });
        const mine = holds.filter((one) => one.by === by);
        const released = mayReleaseAll(parts, by, entry) ? holds : mine;
        if (released.length === 0) throw releaseNotYours({ id, holder: first.by });
        for (const one of released)
          db.orm
            .update(workHold)
            .set({ releasedBy: by, releasedWhy: why, releasedAt: isoOf(clock.now()) })
            .where(eq(workHold.id, one.id))
            .run();
        record(parts, by, "released", entry, { why, holds: released.map((one) => one.by) });
        return entry;
      }),
  };
}

/**
 * Agreed to and in no batch yet; or in one that nobody has agreed to. While treasurers are asked a hold changes what
 * they are asked about: by the batch's hash their voices count for nothing, and they are asked anew without it.
 */
function isDisputable({ db }: WorkParts, { id, state }: Entry): boolean {
  if (state === "approved") return true;
  const batch = state === "batched" ? batchOf(db, id) : undefined;
  return batch?.state === "published" || batch?.state === "asked";
}

function batchOf({ orm }: Db, id: number): typeof workBatch.$inferSelect | undefined {
  return orm
    .select({ batch: workBatch })
    .from(workLine)
    .innerJoin(workBatch, eq(workBatch.id, workLine.batch))
    .where(eq(workLine.entry, id))
    .orderBy(desc(workBatch.publishedAt))
    .limit(1)
    .get()?.batch;
}

function mayReleaseAll({ people }: WorkParts, by: string, entry: Entry): boolean {
  return people.byName(by)?.roles.includes("treasurer") === true && !isOwn(by, entry);
}
