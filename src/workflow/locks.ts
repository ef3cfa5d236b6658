/**
 * Locks: of the open runs with the same lock, the one that was started first holds it; the others wait in the
 * journal and are begun one after the other. There is nothing to release that a crash could leave behind.
 */
import { lockHeldByAncestor } from "../core/problems/workflow.ts";
import { factsOf } from "./execution.ts";
import type { House } from "./house.ts";
import type { Journal, RunRow } from "./journal.ts";

/** Whether the run still waits for its lock and has not begun. */
export function waitsForLock(journal: Journal, row: RunRow): boolean {
  return row.lock !== null && journal.lockHolder.get(row.lock) !== row.id;
}

/** The finished run held the lock: the next one with it begins after the commit. */
export function beginNext(house: House, finished: RunRow, lock: string): void {
  const next = house.journal.nextWithLock.get(lock, finished.id);
  // One that was cancelled while it waited never held the lock.
  if (next === undefined || next.n < finished.n) return;
  const now = house.clock.now();
  house.journal.markRunning.run(now, next.id);
  house.record?.({ kind: "run goes on", at: now, run: factsOf(next) });
  house.db.afterCommit(() => house.begin({ ...next, status: "running" }));
}

/** A child that needs the lock of a run above it would wait for ever: throws `lock-held-by-ancestor`. */
export function refuseLockOfAncestor(journal: Journal, workflow: string, lock: string, parent: string): void {
  for (let id: string | null = parent; id !== null;) {
    const row: RunRow | undefined = journal.runById.get(id);
    if (row?.lock === lock) throw lockHeldByAncestor({ workflow, lock, holder: row.id });
    id = row?.parent ?? null;
  }
}
