import type { Clock } from "../../src/core/clock.ts";

/** A clock that jumps from alarm to alarm, whenever the harness finds that nothing else is left to happen. */
export class JumpingClock implements Clock {
  #now = Date.parse("2026-10-01T08:00:00Z");
  #alarms = new Set<{ at: number; wake: () => void }>();

  now(): number {
    return this.#now;
  }
  at(atMs: number, wake: () => void): () => void {
    const alarm = { at: atMs, wake };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }
  after(ms: number, wake: () => void): () => void {
    return this.at(this.#now + ms, wake);
  }
  /** Rings the earliest alarm; false when there is none. */
  jump(): boolean {
    const [first] = [...this.#alarms].sort((a, b) => a.at - b.at);
    if (first === undefined) return false;
    this.#alarms.delete(first);
    this.#now = Math.max(this.#now, first.at);
    first.wake();
    return true;
  }
  /** The process is gone, and its alarms with it. */
  forget(): void {
    this.#alarms.clear();
  }
}
