import { durationMs, isoOf } from "../core/clock.ts";
import { batchRows, inBatches, type Db } from "../db/index.ts";

/** How long a command that comes again is recognised. */
const keepAnswersMs = durationMs("30d");
/** A link is good for minutes. */
const keepLinksMs = durationMs("1d");
/** Who made and revoked a token stays in the audit trail. */
const keepRevokedMs = durationMs("60d");

/**
 * Deletes what the door no longer needs: answers older than 30 days, sign-in links that open nothing any more, tokens
 * revoked long ago. `nowMs`: ms since 1970.
 */
export async function forgetAtDoor(db: Db, nowMs: number): Promise<number> {
  const { sqlite } = db;
  const answers = sqlite.prepare<[string, number]>(
    "delete from answered where key in (select key from answered where at < ? limit ?)",
  );
  const links = sqlite.prepare<[number, number]>(
    "delete from sign_in_link where hash in (select hash from sign_in_link where expires_at < ? limit ?)",
  );
  const tokens = sqlite.prepare<[number, number]>(
    "delete from api_token where hash in (select hash from api_token where revoked_at < ? limit ?)",
  );
  return (
    (await inBatches(db, () => answers.run(isoOf(nowMs - keepAnswersMs), batchRows).changes)) +
    (await inBatches(db, () => links.run(nowMs - keepLinksMs, batchRows).changes)) +
    (await inBatches(db, () => tokens.run(nowMs - keepRevokedMs, batchRows).changes))
  );
}
