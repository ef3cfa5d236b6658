import { messageOf } from "../core/problem.ts";
import { journalRefused } from "../core/problems/workflow.ts";
import type { Execution } from "./execution.ts";
import { firstDiskRetryMs, lastDiskRetryMs } from "./limits.ts";

const letGo = new Error("the engine was let go");

/**
 * Writes to the journal with this turn's commit; settles when it is on disk. When the disk refuses (full, I/O), it
 * is tried again until it is taken: an effect that happened must not go unrecorded. Any other refusal is a mistake
 * of the house: the run stays where it is and says why. `mayThrow`: what `change` throws is handed to the caller.
 */
export function write<T>(run: Execution, change: () => T, mayThrow = false): Promise<T> {
  return new Promise<T>((done, failed) => {
    const guarded = (): T => {
      if (run.gone || run.house.dead) throw letGo;
      return change();
    };
    const written = (value: T): void => {
      if (run.gone || run.house.dead) return;
      run.committed();
      done(value);
    };
    const once = (waitMs: number): void => {
      if (run.gone || run.house.dead) return;
      run.house.db.write(guarded).then(written, (thrown: unknown) => {
        if (run.gone || run.house.dead) return;
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- handed on as it was thrown
        if (mayThrow) failed(thrown);
        else if (isDiskTrouble(thrown)) {
          run.house.log.error({ run: run.row.id, err: thrown }, "the disk refused the journal; trying again");
          run.alarm(run.house.clock.now() + waitMs, () => once(Math.min(waitMs * 2, lastDiskRetryMs)));
        } else run.strand(journalRefused({ run: run.row.id, reason: messageOf(thrown) }, thrown));
      });
    };
    once(firstDiskRetryMs);
  });
}

/** Full disk, I/O trouble, a file held by a backup: it passes. */
function isDiskTrouble(thrown: unknown): boolean {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^SQLITE_(FULL|IOERR|BUSY|NOMEM)/.test(code);
}
