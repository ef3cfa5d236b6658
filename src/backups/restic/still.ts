/**
 * restic that neither reads nor writes any more, and does not end. Where a full repository has refused all that was
 * under way, what is left waits in a queue that nobody empties: 5 times in 190 tries of 0.14, and the code was the
 * same for years after (internal/archiver/archiver.go, `Flush`). Its app may stand still with it.
 */
import type { Clock } from "../../core/clock.ts";
import type { Problem } from "../../core/problem.ts";
import { resticStill } from "../../core/problems/backups.ts";

const lookEveryMs = 300_000;
/** Looks in a row that find nothing. restic itself gives up what does not answer after 15 minutes. */
const mostLooks = 4;
/** Bytes: its status and the refreshing of its lock are less than this between two looks, anything else is more. */
const fewest = 65_536;

export interface Watched {
  clock: Pick<Clock, "after">;
  /** How many bytes it and its children have read and written so far; undefined where that cannot be told. */
  moved: () => Promise<number | undefined>;
}

/**
 * Does `work`, and aborts it when it has moved nothing for 20 minutes: it rejects with `restic-still` then, or with the
 * reason of an aborted `signal`, if it heeds the signal that it is given.
 */
export async function unlessStill<T>(
  { clock, moved }: Watched,
  work: (signal: AbortSignal) => Promise<T>,
  about: { repository: string; words: readonly string[]; signal?: AbortSignal | undefined },
): Promise<T> {
  const still = new AbortController();
  let [before, looks, isOver] = [undefined as number | undefined, 0, false];
  let cancel = (): void => undefined;
  const look = async (): Promise<void> => {
    const now = await known(moved);
    if (isOver) return;
    const hasMoved = now === undefined || before === undefined || Math.abs(now - before) >= fewest;
    looks = hasMoved ? 0 : looks + 1;
    before = now;
    if (looks < mostLooks) cancel = clock.after(lookEveryMs, () => void look());
    else still.abort(stillFor(about));
  };
  cancel = clock.after(lookEveryMs, () => void look());
  try {
    const { signal } = about;
    return await work(signal === undefined ? still.signal : AbortSignal.any([signal, still.signal]));
  } finally {
    isOver = true;
    cancel();
  }
}

/** Whoever cannot be asked, because the server is away, say, is not said to stand still. */
async function known(moved: Watched["moved"]): Promise<number | undefined> {
  try {
    return await moved();
  } catch {
    return undefined;
  }
}

function stillFor({ repository, words }: { repository: string; words: readonly string[] }): Problem {
  const command = words.find((word) => !word.startsWith("-")) ?? "";
  return resticStill({ repository, command, minutes: (mostLooks * lookEveryMs) / 60_000 });
}

/** The sum of what lines of `/proc/<pid>/io` say was read and written. */
export function movedBytes(io: string): number | undefined {
  const counts = [...io.matchAll(/^[rw]char: (\d+)$/gm)].map(([, bytes]) => Number(bytes));
  return counts.length === 0 ? undefined : counts.reduce((sum, bytes) => sum + bytes, 0);
}
