import type { Db } from "../db/index.ts";
import type { EngineFinished } from "./ports.ts";

/** How many runs ended, by how. Reads every run. */
export function openFinished({ sqlite }: Db): () => EngineFinished {
  const finished = sqlite.prepare<[], { status: keyof EngineFinished; count: number }>(
    "select status, count(*) as count from run where finished_at is not null group by status",
  );
  return () => {
    const counts = { done: 0, failed: 0, undone: 0, cancelled: 0 };
    for (const { status, count } of finished.all()) counts[status] = count;
    return counts;
  };
}
