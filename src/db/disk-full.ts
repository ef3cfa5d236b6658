import type { Db } from "./open.ts";

/** Whether SQLite had no room for a write. */
export function isDiskFull(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | null)?.code === "SQLITE_FULL";
}

/**
 * Writes that nobody waits for, such as when something was last used. One that fails (a full disk, say) is told in
 * the log, once until one succeeds again, and does not keep from reading. Never inside a transaction.
 */
export function writeOrGoOn(
  db: Pick<Db, "tx">,
  log: { warn(facts: object, text: string): void },
  what: string,
): (change: () => void) => void {
  let isTold = false;
  return (change) => {
    try {
      db.tx(change);
      isTold = false;
    } catch (thrown) {
      if (!isTold) log.warn({ err: thrown }, `${what} cannot be written down; reading goes on`);
      isTold = true;
    }
  };
}
