import { isoOf } from "../core/clock.ts";
import { batchRows, inBatches, type Db } from "../db/index.ts";

/**
 * What is known of the run with this id: it may still speak (of what it said, nothing may be missing), it ended before
 * what is old now, or there is no such run.
 */
export type RunSays = (id: string, beforeMs: number) => "speaks" | "over" | "no run";

interface Row {
  seq: number;
  key: string;
}

/** What stands in the place of the content of a message whose key alone is still needed. */
const emptied = "{}";

/**
 * Lets go of what left the outbox, or was refused, before `beforeMs` (ms since 1970). Answers to events and the
 * messages of runs that are over go altogether: nothing will be said under their keys again. Of any other message the
 * key stays, so that it is not said twice however long its reason lasts; only its text goes. What a run that is not
 * over has said stays whole: its questions and its progress are still edited, and reactions stand under them.
 */
export async function forgetMessages(db: Db, runSays: RunSays, beforeMs: number): Promise<number> {
  const { sqlite } = db;
  const before = isoOf(beforeMs);
  // They lie in the order in which they were queued: the many young ones need not be read.
  const firstYoung = sqlite.prepare<[string], number>(
    "select seq from outbox where queued_at >= ? order by seq limit 1",
  );
  const end = firstYoung.pluck().get(before) ?? Number.MAX_SAFE_INTEGER;
  const old = sqlite.prepare<[number, number, string, number], Row>(
    `select seq, key from outbox where seq > ? and seq < ? and state in ('sent', 'refused')
     and content <> '${emptied}' and coalesce(sent_at, queued_at) < ?
     and not exists (select 1 from outbox about where about.target = 'key:' || outbox.key and about.state = 'queued')
     order by seq limit ?`,
  );
  const drop = sqlite.prepare<[number]>("delete from outbox where seq = ?");
  const empty = sqlite.prepare<[number]>(
    `update outbox set content = '${emptied}', wire = null where seq = ?`,
  );
  let all = 0;
  for (let after = 0; ;) {
    const rows = old.all(after, end, before, batchRows);
    const last = rows.at(-1);
    if (last === undefined) return all;
    after = last.seq;
    all += await db.write(() => {
      let touched = 0;
      for (const { seq, key } of rows) {
        const about = key.startsWith("$") ? "over" : runSays(key.split("/")[0] ?? "", beforeMs);
        if (about !== "speaks") touched += (about === "over" ? drop : empty).run(seq).changes;
      }
      return touched;
    });
  }
}

/** Deletes edits that a newer one overtook before they were sent, queued before `beforeMs` (ms since 1970). */
export function forgetOvertaken(db: Db, beforeMs: number): Promise<number> {
  const drop = db.sqlite.prepare<[string, number]>(
    `delete from outbox where seq in
     (select seq from outbox where state = 'superseded' and queued_at < ? order by seq limit ?)`,
  );
  return inBatches(db, () => drop.run(isoOf(beforeMs), batchRows).changes);
}
