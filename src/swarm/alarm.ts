import type { Clock } from "../core/clock.ts";

/** Lets one loop wait for a while and be woken before its time. */
export interface Alarm {
  /** Waits until `atMs` (ms since 1970), until rung, or until `signal` aborts; never throws. */
  wait(atMs: number, signal: AbortSignal): Promise<void>;
  /** Wakes the waiter at `atMs` if that is earlier. */
  ring(atMs: number): void;
}

export function openAlarm(clock: Clock): Alarm {
  let wakeAt: ((atMs: number) => void) | undefined;
  let rungAtMs = Infinity;
  return {
    async wait(atMs, signal) {
      if (signal.aborted) return;
      const stops: (() => void)[] = [];
      await new Promise<void>((wake) => {
        wakeAt = (ms) => void stops.push(clock.at(ms, wake));
        wakeAt(Math.min(atMs, rungAtMs));
        const onAbort = (): void => wake();
        signal.addEventListener("abort", onAbort);
        stops.push(() => signal.removeEventListener("abort", onAbort));
      });
      for (const stop of stops) stop();
      wakeAt = undefined;
      rungAtMs = Infinity;
    },
    ring(atMs) {
      if (atMs >= rungAtMs) return;
      rungAtMs = atMs;
      wakeAt?.(atMs);
    },
  };
}
