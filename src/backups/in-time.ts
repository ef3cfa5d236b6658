/** A limit on what runs in a container of an app: a command that hangs would hold up every backup behind it. */
import { durationMs, type Clock } from "../core/clock.ts";

export interface Limit {
  clock: Clock;
  hours: number;
}

/**
 * Does the work under a signal that is aborted, too, when it has been silent for `hours`: since it began, or since it
 * last called `isAlive`. Answers whether that is why it failed.
 */
export async function inTime<T>(
  { clock, hours }: Limit,
  signal: AbortSignal,
  work: (signal: AbortSignal, isAlive: () => void) => Promise<T>,
): Promise<{ value: T } | { thrown: unknown; isLate: boolean }> {
  const late = new AbortController();
  const limitMs = hours * durationMs("1h");
  let heardAt = clock.now();
  let disarm: () => void = () => undefined;
  // One alarm, moved on when it rings: a dump says that it is alive a thousand times a second.
  const arm = (): void => {
    disarm = clock.at(heardAt + limitMs, () =>
      clock.now() - heardAt < limitMs ? arm() : late.abort(new Error(`it took longer than ${hours} h`)),
    );
  };
  arm();
  try {
    const isAlive = (): void => void (heardAt = clock.now());
    return { value: await work(AbortSignal.any([signal, late.signal]), isAlive) };
  } catch (thrown) {
    return { thrown, isLate: late.signal.aborted && !signal.aborted };
  } finally {
    disarm();
  }
}
