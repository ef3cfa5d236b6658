/**
 * One at a time: whoever needs a repository, a node or both waits until all of them are free, first come first served.
 * Memory is enough: there is one process per database, and what a killed one has left is cleared when its run goes on.
 */

export interface Turns {
  /** Waits for its turn, does the work, and lets the next one go. Rejects with the reason of an aborted `signal`. */
  take<T>(things: readonly string[], work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Waiting {
  things: readonly string[];
  go: () => void;
}

export function openTurns(): Turns {
  const busy = new Set<string>();
  const queue: Waiting[] = [];
  /** One that waits keeps its things from those behind it, so that nobody waits for ever. */
  const next = (): void => {
    const spoken = new Set(busy);
    for (const waiting of [...queue]) {
      const isFree = !waiting.things.some((thing) => spoken.has(thing));
      for (const thing of waiting.things) spoken.add(thing);
      if (!isFree) continue;
      queue.splice(queue.indexOf(waiting), 1);
      for (const thing of waiting.things) busy.add(thing);
      waiting.go();
    }
  };
  return {
    async take(things, work, signal) {
      await new Promise<void>((go, failed) => {
        signal?.throwIfAborted();
        const abort = (): void => {
          queue.splice(queue.indexOf(waiting), 1);
          failed(signal?.reason as Error);
          next();
        };
        const waiting: Waiting = {
          things,
          go: () => {
            signal?.removeEventListener("abort", abort);
            go();
          },
        };
        signal?.addEventListener("abort", abort, { once: true });
        queue.push(waiting);
        next();
      });
      try {
        return await work();
      } finally {
        for (const thing of things) busy.delete(thing);
        next();
      }
    },
  };
}
