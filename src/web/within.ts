import { Problem } from "../core/problem.ts";
import { serverSlow } from "../core/problems/web.ts";
import type { Clock } from "../core/clock.ts";

/** How long a page waits for a server before it is shown without. */
const patienceSeconds = 3;

/**
 * What a server answers, or the problem that stood in the way. A page about stored things is shown also when
 * the server is down or slow. Faults of ours (anything that is no Problem) are thrown on.
 */
export async function within<T>(
  clock: Clock,
  asked: Promise<T>,
): Promise<{ value: T } | { problem: Problem }> {
  let stopWaiting = (): void => undefined;
  const late = new Promise<{ problem: Problem }>((done) => {
    stopWaiting = clock.after(patienceSeconds * 1000, () =>
      done({ problem: serverSlow({ seconds: patienceSeconds }) }),
    );
  });
  try {
    return await Promise.race([asked.then((value) => ({ value })), late]);
  } catch (thrown) {
    if (thrown instanceof Problem) return { problem: thrown };
    throw thrown;
  } finally {
    stopWaiting();
  }
}
