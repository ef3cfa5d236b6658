import { childKey, childTopic } from "./child.ts";
import { factsOf } from "./execution.ts";
import type { House } from "./house.ts";
import type { RunRow } from "./journal.ts";
import { beginNext } from "./locks.ts";
import type { Outcome } from "./ports.ts";

/**
 * All that belongs to a finish, in its transaction: the record, the word to the parent, the lock handed on.
 */
export function finishInTransaction(house: House, row: RunRow, outcome: Outcome): void {
  house.record?.({
    kind: "run finished",
    at: house.clock.now(),
    run: factsOf(row),
    status: outcome.status,
    output: outcome.output,
    ...(outcome.problem && { problem: outcome.problem }),
  });
  if (row.parent !== null && row.key !== null) {
    const call = row.key.slice(childKey(row.parent, "").length);
    house.signal(row.parent, childTopic(call), outcome, "finish");
  }
  if (row.lock !== null) beginNext(house, row, row.lock);
  house.db.afterCommit(() => house.finished(row.id, outcome));
}
