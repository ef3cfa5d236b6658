import { problemOf, valueOf } from "./json.ts";
import type { Journal } from "./journal.ts";
import type { Outcome } from "./ports.ts";

/** Those who wait for a run to finish, in this process. */
export interface Results {
  of(run: string): Promise<Outcome>;
  settle(run: string, outcome: Outcome): void;
}

export function openResults(journal: Journal): Results {
  const waiting = new Map<string, ((outcome: Outcome) => void)[]>();
  return {
    of(run) {
      const row = journal.outcome.get(run);
      if (row !== undefined)
        return Promise.resolve({
          status: row.status,
          output: valueOf(row.output),
          problem: problemOf(row.problem),
        });
      return new Promise((settle) => waiting.set(run, [...(waiting.get(run) ?? []), settle]));
    },
    settle(run, outcome) {
      const those = waiting.get(run);
      if (those === undefined) return;
      waiting.delete(run);
      for (const settle of those) settle(outcome);
    },
  };
}
