import { messageOf } from "../core/problem.ts";
import { journalRefused } from "../core/problems/workflow.ts";
import type { Execution } from "./execution.ts";
import { forever } from "./house.ts";
import { firstDiskRetryMs, lastDiskRetryMs } from "./limits.ts";

const letGo = new Error("the engine was let go");

/**
 * Writes to the journal with this turn's commit; settles when it is on disk. When the disk refuses (full, I/O), it
 * is tried again until it is taken: an effect that happened must not go unrecorded. Any other refusal is a mistake
 * of the house: the run stays where it is and says why. `mayThrow`: what `change` throws is handed to the caller.
 */
export function write<T>(run: Execution, change: () => T, mayThrow = false): Promise<T> {
  return writeOnce(run, change, mayThrow, firstDiskRetryMs);
}

function writeOnce<T>(run: Execution, change: () => T, mayThrow: boolean, waitMs: number): Promise<T> {
  const guarded = (): T => {
    if (run.gone || run.house.dead) throw letGo;
    return change();
  };
  const written = (value: T): T | Promise<T> => {
    if (run.gone || run.house.dead) return forever<T>();
    run.committed();
    return value;
  };
  const refused = (thrown: unknown): Promise<T> => {
    if (run.gone || run.house.dead) return forever<T>();
    if (mayThrow) throw thrown;
    if (isDiskTrouble(thrown)) return writeLater(run, change, waitMs, thrown);
    run.strand(journalRefused({ run: run.row.id, reason: messageOf(thrown) }, thrown));
    return forever<T>();
  };
  return run.house.db.write(guarded).then(written, refused);
}

function writeLater<T>(run: Execution, change: () => T, waitMs: number, thrown: unknown): Promise<T> {
  const { log } = run.house;
  log.error({ run: run.row.id, err: thrown }, "the disk refused the journal; trying again");
  return new Promise((done) => {
    run.after(waitMs, () => done(writeOnce(run, change, false, Math.min(waitMs * 2, lastDiskRetryMs))));
  });
}

/** Full disk, I/O trouble, a file held by a backup: it passes. */
function isDiskTrouble(thrown: unknown): boolean {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^SQLITE_(FULL|IOERR|BUSY|NOMEM)/.test(code);
}
