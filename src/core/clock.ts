/** Time as something that is handed in, so that tests can turn the clock. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /**
   * Calls `wake` once at `atMs` (ms since 1970) or as soon after as possible, and never while `now` is before it;
   * the answer takes it back.
   */
  at(atMs: number, wake: () => void): () => void;
  /**
   * Calls `wake` once when this many ms have passed, to whatever time the clock is set meanwhile; the answer takes it
   * back. While the machine sleeps none pass.
   */
  after(ms: number, wake: () => void): () => void;
}

/**
 * Longer delays are waited for in parts: setTimeout knows at most 24.8 days, and its time stands still while the
 * machine sleeps. A clock that was set meanwhile is noticed within the hour.
 */
const longestTimeoutMs = 3_600_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  at(atMs, wake) {
    let timer: NodeJS.Timeout;
    const look = (): void => {
      if (Date.now() >= atMs) wake();
      else arm();
    };
    // Timers count another clock than the one on the wall: Node rings up to a millisecond before the time there.
    const arm = (): void => {
      timer = setTimeout(look, clamp(atMs - Date.now()));
    };
    arm();
    return () => clearTimeout(timer);
  },
  after(ms, wake) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const partMs = clamp(leftMs);
      timer = setTimeout(() => (leftMs > partMs ? wait(leftMs - partMs) : wake()), partMs);
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};

/** How long after a failure an alarm's work is tried again. */
const againMs = 30_000;

/**
 * `work` as an alarm may ring it: what it throws (a full disk, say) is told and does not end the process, and the work
 * is done again later. `armed` is told how to take that back.
 */
export function againWhenItFails(
  clock: Clock,
  work: () => void,
  failed: (thrown: unknown) => void,
  armed: (takeBack: () => void) => void,
): () => void {
  const ring = (): void => {
    try {
      work();
    } catch (thrown) {
      failed(thrown);
      armed(clock.after(againMs, ring));
    }
  };
  return ring;
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, 0), longestTimeoutMs);
}

/** A clock for tests that stands still until it is turned. */
export class FakeClock implements Clock {
  #now: number;
  #alarms: { at: number; wake: () => void; isLength?: true }[] = [];
  constructor(startMs = Date.parse("2026-10-01T08:00:00Z")) {
    this.#now = startMs;
  }
  now(): number {
    return this.#now;
  }
  at(atMs: number, wake: () => void): () => void {
    return this.#set({ at: atMs, wake });
  }
  after(ms: number, wake: () => void): () => void {
    return this.#set({ at: this.#now + ms, wake, isLength: true });
  }
  #set(alarm: { at: number; wake: () => void; isLength?: true }): () => void {
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }
  /** Sets the clock to another time without any passing: what waits for a length of time waits as long as before. */
  setTo(nowMs: number): void {
    for (const alarm of this.#alarms) if (alarm.isLength) alarm.at += nowMs - this.#now;
    this.#now = nowMs;
  }
  /** Moves time on and rings every alarm that has come due, earliest first. Async so that woken code can run. */
  async turn(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await new Promise((settled) => setImmediate(settled));
      const next = this.#alarms.filter((a) => a.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#alarms = this.#alarms.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await new Promise((settled) => setImmediate(settled));
    }
    this.#now = end;
  }
}

/** ISO time in UTC, as the database and the JSON faces write it. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** Milliseconds of a length of time as settings and workflows write it: `500ms`, `10s`, `5m`, `8h`, `7d`. */
export function durationMs(text: Duration): number {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  if (match === null) throw new RangeError(`not a length of time: ${text}`);
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] as "ms"];
  return Number(match[1]) * unit;
}

export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;
