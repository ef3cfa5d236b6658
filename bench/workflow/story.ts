/**
 * The workflow that every engine tells: three steps, a wait for a word, two steps; results of about 100
 * bytes.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const freshFile = (name: string): string =>
  path.join(mkdtempSync(path.join(tmpdir(), "tandem-bench-")), name);
export const pause = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));

const note = "x".repeat(80);

/** Counts the steps' bodies as they begin, and remembers when. Cheap: what it takes counts as the engine's. */
export class Marks {
  /** Per run: when each step began, by its number. */
  readonly #at = new Map<string, number[]>();
  readonly #waiting = new Map<string, { n: number; reached: (at: number) => void }>();
  readonly #counts: number[] = [];
  #until: { n: number; count: number; reached: () => void } | null = null;

  /** A step's body. */
  body(id: string, n: number): { n: number; ok: boolean; note: string } {
    const now = performance.now();
    let at = this.#at.get(id);
    if (at === undefined) this.#at.set(id, (at = [0, 0, 0, 0, 0, 0]));
    at[n] = now;
    const waiting = this.#waiting.get(id);
    if (waiting?.n === n) {
      this.#waiting.delete(id);
      waiting.reached(now);
    }
    const count = (this.#counts[n] ?? 0) + 1;
    this.#counts[n] = count;
    const until = this.#until;
    if (until?.n === n && count >= until.count) {
      this.#until = null;
      until.reached();
    }
    return { n, ok: true, note };
  }
  /** When the body of a step of a run began; one is waited for per run at a time. */
  reached(id: string, n: number): Promise<number> {
    const at = this.#at.get(id)?.[n] ?? 0;
    if (at > 0) return Promise.resolve(at);
    return new Promise((reached) => this.#waiting.set(id, { n, reached }));
  }
  /** When step `n` has begun in `count` runs more than at the last reset. */
  count(n: number, count: number): Promise<void> {
    if ((this.#counts[n] ?? 0) >= count) return Promise.resolve();
    return new Promise((reached) => (this.#until = { n, count, reached }));
  }
  reset(): void {
    this.#counts.length = 0;
  }
}

/** An engine as the measurements drive it. */
export interface Racer {
  start(id: string): Promise<void>;
  signal(id: string): Promise<void>;
  /** How long a run must be left alone until it surely waits. */
  settleMs: number;
  close(): Promise<void>;
}

export async function inFlight(
  ids: string[],
  most: number,
  act: (id: string) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) await act(id);
  };
  await Promise.all(Array.from({ length: most }, lane));
}

/** Steps per second over whole runs: all started, then all signalled. */
export async function stepsPerSecond(
  racer: Racer,
  marks: Marks,
  runs: number,
  most: number,
): Promise<number> {
  const ids = Array.from({ length: runs }, (_, n) => `load-${n}`);
  marks.reset();
  const begun = performance.now();
  await inFlight(ids, most, (id) => racer.start(id));
  await marks.count(3, runs);
  const half = performance.now() - begun;
  await pause(racer.settleMs);
  const again = performance.now();
  await inFlight(ids, most, (id) => racer.signal(id));
  await marks.count(5, runs);
  return (5 * runs * 1000) / (half + performance.now() - again);
}

/** Runs told one after the other in each lane, from start to last step; ms for all of them. */
export async function tellInLanes(racer: Racer, marks: Marks, runs: number, lanes: number): Promise<number> {
  const ids = Array.from({ length: runs }, (_, n) => `lane-${n}`);
  const from = performance.now();
  await inFlight(ids, lanes, async (id) => {
    await racer.start(id);
    await marks.reached(id, 3);
    await racer.signal(id);
    await marks.reached(id, 5);
  });
  return performance.now() - from;
}

/** One run at a time on an idle engine: start to the first step, signal to the next step; ms, sorted. */
export async function latencies(
  racer: Racer,
  marks: Marks,
  runs: number,
): Promise<{ start: number[]; signal: number[] }> {
  const start: number[] = [];
  const signal: number[] = [];
  for (let n = 0; n < runs; n++) {
    const id = `single-${n}`;
    let from = performance.now();
    await racer.start(id);
    start.push((await marks.reached(id, 1)) - from);
    await marks.reached(id, 3);
    await pause(racer.settleMs + Math.random() * 20);
    from = performance.now();
    await racer.signal(id);
    signal.push((await marks.reached(id, 4)) - from);
  }
  return { start, signal };
}
