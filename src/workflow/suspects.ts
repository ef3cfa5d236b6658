import type { Clock } from "../core/clock.ts";
import { suspectTurnMs } from "./limits.ts";

/**
 * Steps that the end of the process has cut off several times. They are begun one at a time: the one that brings it
 * down does so alone, and the others come to their end instead of being counted guilty with it.
 */
export interface Suspects {
  /**
   * Calls `work` when its turn has come, the least often cut off first. The turn is over when the work is, or when it
   * has lasted so long that it is no reason for a process that ends soon after its start.
   */
  inTurn<T>(cuts: number, work: () => Promise<T>): Promise<T>;
  /** No turn begins any more. */
  stop(): void;
}

export function openSuspects(clock: Pick<Clock, "after">): Suspects {
  const waiting: { cuts: number; go: () => void }[] = [];
  /** Ends the turn that is under way. */
  let over: (() => void) | undefined;
  let stopped = false;
  const next = (): void => {
    if (stopped || over !== undefined) return;
    waiting.sort((a, b) => a.cuts - b.cuts);
    waiting.shift()?.go();
  };
  const turn = (cuts: number): Promise<() => void> =>
    new Promise((given) => {
      const go = (): void => {
        const end = (): void => {
          cancel();
          if (over !== end) return;
          over = undefined;
          next();
        };
        const cancel = clock.after(suspectTurnMs, end);
        over = end;
        given(end);
      };
      waiting.push({ cuts, go });
      // All that go on after a start are here before the first of them begins.
      setImmediate(next);
    });
  return {
    async inTurn(cuts, work) {
      const end = await turn(cuts);
      try {
        return await work();
      } finally {
        end();
      }
    },
    stop() {
      stopped = true;
      over?.();
    },
  };
}
