import { batchRows, inBatches, type Db } from "../db/index.ts";

/**
 * Deletes which reactions were judged under questions that were settled before `beforeMs` (ms since 1970): only of open
 * questions the server is asked again. The voices that counted stay with their question.
 */
export function forgetReactions(db: Db, beforeMs: number): Promise<number> {
  const drop = db.sqlite.prepare<[number, number]>(
    `delete from reaction_heard where event_id in
     (select event_id from reaction_heard join approval on approval.id = reaction_heard.approval
      where approval.status <> 'open' and approval.settled_at < ? limit ?)`,
  );
  return inBatches(db, () => drop.run(beforeMs, batchRows).changes);
}
