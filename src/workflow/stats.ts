import type { Db } from "../db/index.ts";
import type { EngineStats } from "./ports.ts";

/** Counts for the metrics page. */
export function openStats(
  { sqlite }: Db,
  now: () => Pick<EngineStats, "live" | "parked" | "stepsInFlight" | "stranded">,
): () => EngineStats {
  const open = sqlite.prepare<[], number>("select count(*) from run where finished_at is null").pluck();
  const finished = sqlite.prepare<[], { status: keyof EngineStats["finished"]; count: number }>(
    "select status, count(*) as count from run where finished_at is not null group by status",
  );
  return () => {
    const counts = { done: 0, failed: 0, undone: 0, cancelled: 0 };
    for (const { status, count } of finished.all()) counts[status] = count;
    return { ...now(), open: open.get() ?? 0, finished: counts };
  };
}
