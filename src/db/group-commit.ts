import type { Database, Statement } from "better-sqlite3";

interface Queued {
  change: () => unknown;
  done: (value: unknown) => void;
  failed: (reason: unknown) => void;
}

/**
 * Group commit: every write queued in one turn of the event loop shares one transaction and so one fsync
 * (facts: a lone durable commit costs 5-10 times as much). When the batch throws, each write is tried alone,
 * so that one bad write cannot take its neighbours with it; a change may therefore run twice.
 */
export class GroupCommit {
  readonly #sqlite: Database;
  readonly #begin: Statement<[]>;
  readonly #commit: Statement<[]>;
  #queue: Queued[] = [];
  #afterwards: (() => void)[] = [];
  constructor(sqlite: Database) {
    this.#sqlite = sqlite;
    this.#begin = sqlite.prepare("BEGIN IMMEDIATE");
    this.#commit = sqlite.prepare("COMMIT");
  }

  /** One transaction now; inside another one it simply joins it. */
  now<T>(change: () => T): T {
    if (this.#sqlite.inTransaction) return change();
    return this.#transaction(change);
  }

  /** With this turn's commit. */
  soon<T>(change: () => T): Promise<T> {
    return new Promise<T>((done, failed) => {
      this.#queue.push({ change, done: done as (value: unknown) => void, failed });
      if (this.#queue.length === 1) setImmediate(() => this.flush());
    });
  }

  afterCommit(then: () => void): void {
    if (this.#sqlite.inTransaction) this.#afterwards.push(then);
    else then();
  }

  /** Commits what is queued. Also called at close, so that nothing queued is lost. */
  flush(): void {
    const batch = this.#queue;
    this.#queue = [];
    if (batch.length === 0) return;
    let values: unknown[];
    try {
      values = this.#transaction(() => batch.map((queued) => queued.change()));
    } catch (thrown) {
      if (batch.length === 1) batch[0]?.failed(thrown);
      else for (const queued of batch) this.#alone(queued);
      return;
    }
    batch.forEach((queued, index) => queued.done(values[index]));
  }

  #alone(queued: Queued): void {
    try {
      queued.done(this.#transaction(queued.change));
    } catch (thrown) {
      queued.failed(thrown);
    }
  }

  #transaction<T>(change: () => T): T {
    this.#afterwards = [];
    this.#begin.run();
    let value: T;
    try {
      value = change();
      this.#commit.run();
    } catch (thrown) {
      if (this.#sqlite.inTransaction) this.#sqlite.exec("ROLLBACK");
      this.#afterwards = [];
      throw thrown;
    }
    const then = this.#afterwards;
    this.#afterwards = [];
    for (const call of then) callApart(call);
    return value;
  }
}

/**
 * What throws after the commit must not look like a failed commit: the batch would be written again. It is
 * thrown apart.
 */
function callApart(call: () => void): void {
  try {
    call();
  } catch (thrown) {
    queueMicrotask(() => {
      throw thrown;
    });
  }
}
