import { problemFromJson, type Problem } from "../core/problem.ts";
import { runCancelled, stepFailed, storyChanged, tooManySteps } from "../core/problems/workflow.ts";
import { put, type Call, type UndoEntry, type Waiter } from "./call.ts";
import { forever, type House } from "./house.ts";
import { problemOf, valueOf } from "./json.ts";
import type { RunRow, StepRow } from "./journal.ts";
import { mostStepsPerRun } from "./limits.ts";
import { Names } from "./names.ts";
import type { CutPoint, RunFacts, StepKind } from "./ports.ts";
import { lineOf, type Scope } from "./scope.ts";
import { write } from "./write.ts";

/** One run in memory: its history, the calls under way, and whether it has been cancelled. */
export class Execution {
  readonly house: House;
  readonly row: RunRow;
  readonly facts: RunFacts;
  readonly root: Scope;
  readonly history: Map<string, StepRow>;
  readonly undos: UndoEntry[] = [];
  readonly waiters = new Set<Waiter>();
  /** The work of steps under way, to be told to stop. */
  readonly inFlight = new Set<{ scope: Scope; abort: (why: unknown) => void }>();
  /** The cancel, once it is in the inbox. */
  cancelled: Problem | null = null;
  /** Nothing of this run is carried on by this object any more. */
  gone = false;
  /** The journal says that the run waits. */
  waiting: boolean;
  /** Calls under way that are not parked. */
  active = 0;
  /** The inbox may hold something: false only while nothing was said to a run that was started in this process. */
  mayHaveMail: boolean;
  /** A write of this turn makes a waiting run a running one. */
  #wakes = false;
  #seq: number;
  readonly #timers = new Set<() => void>();
  readonly #names = new Names();

  /** `history`: what the journal holds of the run; null for one that was started this moment. */
  constructor(house: House, row: RunRow, history: StepRow[] | null) {
    this.house = house;
    this.row = row;
    this.facts = factsOf(row);
    this.root = { run: this, parent: null, told: false, over: false };
    this.history = new Map(history?.map((step) => [step.key, step]));
    this.#seq = history?.at(-1)?.seq ?? 0;
    this.waiting = row.status === "waiting";
    this.mayHaveMail = history !== null;
    if (history !== null) this.hearCancel();
  }

  /** Reads whether a cancel is in the inbox; true when there is one. */
  hearCancel(): boolean {
    const payload = this.house.journal.cancelOf.get(this.row.id);
    if (payload !== undefined)
      this.cancelled = runCancelled(JSON.parse(payload) as { by: string; why: string });
    return this.cancelled !== null;
  }

  /**
   * Begins a call. Null when the run cannot go on: the tool then never settles. Throws the mistakes of the
   * story.
   */
  enter(kind: StepKind, name: string): Call | null {
    if (this.gone || this.house.stopping) return null;
    const scope = lineOf(this);
    const key = this.#names.keyOf(name, scope);
    const recorded = this.history.get(key) ?? null;
    if (recorded !== null && recorded.kind !== kind) {
      this.strand(storyChanged({ ...this.row, run: this.row.id, step: key, was: recorded.kind, is: kind }));
      return null;
    }
    if (recorded === null && this.#seq >= mostStepsPerRun && kind !== "undo")
      throw tooManySteps({ most: mostStepsPerRun });
    const seq = recorded?.seq ?? ++this.#seq;
    const failures = recorded?.failures ?? 0;
    return { run: this, scope, key, kind, seq, recorded, written: recorded !== null, failures };
  }

  /**
   * What the journal has settled: the value, the recorded failure (thrown), or undefined when there is work
   * to do.
   */
  settled(call: Call): { value: unknown } | undefined {
    if (call.recorded?.status === "done") return { value: valueOf(call.recorded.output) };
    if (call.recorded?.status !== "failed") return undefined;
    const kept = problemOf(call.recorded.problem);
    if (kept === null) throw stepFailed({ step: call.key, message: "the reason was not kept", tries: 1 });
    if (kept.code === "run-cancelled") call.scope.told = true;
    throw problemFromJson(kept);
  }

  /** Whether a cancel is to be told to this line. */
  toTell(scope: Scope): boolean {
    return this.cancelled !== null && !scope.told;
  }

  /**
   * Throws the cancel into the story: recorded on this call, so that after a restart it is thrown at the same
   * place.
   */
  async tellCancel(call: Call, attempt: number, also?: (problem: Problem) => void): Promise<never> {
    const problem = this.cancelled ?? runCancelled({ by: "tandem", why: "" });
    await this.write(() => {
      this.house.journal.useTopic.run(this.row.id, "$cancel");
      put(call, { status: "failed", attempt, problem });
      also?.(problem);
    });
    if (this.house.probing) await this.cut("cancel told", call.key);
    call.scope.told = true;
    throw problem;
  }

  /** Tells the work under way to stop. Clean-up and undos are left alone: they were told already. */
  abortWork(): void {
    for (const work of this.inFlight) if (this.toTell(work.scope)) work.abort(this.cancelled);
  }

  write<T>(change: () => T, mayThrow?: boolean): Promise<T> {
    return write(this, change, mayThrow);
  }

  /** In a transaction that moves the run on: it does not wait any more. */
  markRunning(now: number): void {
    if (!this.waiting) return;
    this.#wakes = true;
    this.house.journal.markRunning.run(now, this.row.id);
  }

  /** A transaction of this run is on disk. */
  committed(): void {
    if (!this.#wakes) return;
    this.waiting = false;
    this.#wakes = false;
    this.house.goesOn(this);
  }

  /** An alarm that dies with this object. The answer takes it back. */
  alarm(atMs: number, wake: () => void): () => void {
    return this.#timer((ring) => this.house.clock.at(atMs, ring), wake);
  }

  /** As `alarm`, when this many ms have passed, to whatever time the clock is set meanwhile. */
  after(ms: number, wake: () => void): () => void {
    return this.#timer((ring) => this.house.clock.after(ms, ring), wake);
  }

  #timer(set: (ring: () => void) => () => void, wake: () => void): () => void {
    const stop = set(() => {
      this.#timers.delete(stop);
      wake();
    });
    this.#timers.add(stop);
    return () => {
      this.#timers.delete(stop);
      stop();
    };
  }

  /** A place where a test may cut the power; then nothing settles any more. */
  async cut(point: CutPoint, step: string | null): Promise<void> {
    if (!this.house.cut(point, this.row.id, step)) await forever();
  }

  /** When the first of its waits is over by itself; null when none is. */
  get earliestDue(): number | null {
    const dues = [...this.waiters].flatMap((waiter) => (waiter.dueAt === null ? [] : [waiter.dueAt]));
    return dues.length === 0 ? null : Math.min(...dues);
  }

  /** Wakes what waits for a topic; without one, everything that waits (a cancel). */
  poke(topic?: string): void {
    this.mayHaveMail = true;
    for (const waiter of this.waiters) {
      if (topic !== undefined && !waiter.topics.includes(topic)) continue;
      waiter.poked = true;
      waiter.wake?.();
    }
  }

  /** The run stays where it is, untouched, and says why. */
  strand(problem: Problem): void {
    this.leave();
    this.house.stranded(this.row, problem);
  }

  /** Forgets everything without throwing into the story; a later replay takes it up again. */
  leave(): void {
    this.gone = true;
    for (const stop of this.#timers) stop();
    this.#timers.clear();
    this.waiters.clear();
  }
}

export function factsOf(row: RunRow): RunFacts {
  const place = row.place === null ? null : (JSON.parse(row.place) as RunFacts["place"]);
  const { id, workflow, version, askedBy, parent, lock } = row;
  return { id, workflow, version, askedBy, place, parent, lock };
}
