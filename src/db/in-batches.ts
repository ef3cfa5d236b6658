import type { Db } from "./open.ts";

/** Rows that one transaction of housekeeping touches at most: whoever has something to write must not wait long. */
export const batchRows = 500;

/** Repeats a small change, each time in a transaction of its own, until it touched nothing; answers how many rows. */
export async function inBatches(db: Pick<Db, "write">, change: () => number): Promise<number> {
  for (let all = 0; ;) {
    const touched = await db.write(change);
    if (touched === 0) return all;
    all += touched;
  }
}
