/** What one IndexedDB transaction changed, or several, of one database. */
export interface Written<C> {
  database: string;
  changes: readonly C[];
}

export interface Holding<C> {
  /** Writes at once, or, while `together` is at work, with the rest of it. Throws when the disk refuses. */
  write(written: Written<C>): void;
  /**
   * Whatever is changed until `work` has ended is written in one piece then, whoever changed it and however it ended.
   * One at a time. Rejects when it cannot be written, with what the disk says.
   */
  together<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when what was changed so far is written: at once, unless it is held back. Rejects when it was not. */
  onDisk(): Promise<void>;
  /** Whether changes are held back just now. */
  isHolding(): boolean;
}

/**
 * Holds changes back while somebody needs them to be one. `flush` writes all that it is given, or throws and has
 * written nothing. It is not called again then: later changes on top of a lost one would look whole after a restart,
 * and be wrong.
 */
export function openHolding<C>(flush: (written: readonly Written<C>[]) => void): Holding<C> {
  let failure: { reason: unknown } | undefined;
  let held: { written: Written<C>[]; done: PromiseWithResolvers<unknown> } | undefined;

  const put = (written: readonly Written<C>[]): void => {
    if (failure !== undefined) throw failure.reason;
    try {
      flush(written);
    } catch (thrown) {
      failure = { reason: thrown };
      throw thrown;
    }
  };

  return {
    write(written) {
      if (held === undefined) put([written]);
      else held.written.push(written);
    },
    async together(work) {
      while (held !== undefined) await held.done.promise;
      const mine = (held = { written: [], done: Promise.withResolvers<unknown>() });
      // Nobody may be waiting; whoever called hears of it in any case.
      mine.done.promise.catch(toldItsCaller);
      try {
        return await work();
      } finally {
        held = undefined;
        try {
          if (mine.written.length > 0) put(mine.written);
          mine.done.resolve(undefined);
        } catch (thrown) {
          mine.done.reject(thrown);
        }
        await mine.done.promise;
      }
    },
    async onDisk() {
      if (failure !== undefined) throw failure.reason;
      await held?.done.promise;
    },
    isHolding: () => held !== undefined,
  };
}

function toldItsCaller(): void {
  // `together` itself rejects.
}
