import type { Problem } from "../core/problem.ts";
import { storyGone } from "../core/problems/workflow.ts";
import { cancelRun } from "./cancel.ts";
import { Execution } from "./execution.ts";
import type { House, PreparedStart } from "./house.ts";
import { openJournal, type Journal, type RunRow, type StepRow } from "./journal.ts";
import { mostJsonLength, mostParkedInMemory } from "./limits.ts";
import { waitsForLock } from "./locks.ts";
import { openMemory, type Memory } from "./memory.ts";
import type { AnyWorkflow } from "./define.ts";
import type { CutPoint, EngineOptions, Log, Outcome, Startable, StartOptions } from "./ports.ts";
import { openRegistry, type Registry } from "./registry.ts";
import { openResults, type Results } from "./results.ts";
import { prepareStart, writeStart } from "./start.ts";
import { openSuspects, type Suspects } from "./suspects.ts";
import { tell } from "./tell.ts";

const silent: Log = { warn: () => undefined, error: () => undefined };

/** The engine's inside: which runs are in memory, how they begin, hear, strand and end. */
export class EngineHouse implements House {
  readonly options: EngineOptions;
  readonly journal: Journal;
  readonly memory: Memory;
  readonly registry: Registry = openRegistry();
  readonly results: Results;
  readonly log: Log;
  readonly probing: boolean;
  readonly suspects: Suspects;
  /** Open runs that cannot go on, and why. */
  readonly strandedRuns = new Map<string, Problem>();
  stepsInFlight = 0;
  dead = false;
  stopping = false;

  constructor(options: EngineOptions) {
    this.options = options;
    this.journal = openJournal(options.db);
    this.results = openResults(this.journal);
    this.log = options.log ?? silent;
    this.suspects = openSuspects(options.clock);
    this.probing = options.probe !== undefined;
    const keep = options.keepParked ?? mostParkedInMemory;
    this.memory = openMemory(options.clock, this.journal, keep, (id) => this.takeUp(id));
  }

  get db() {
    return this.options.db;
  }
  get clock() {
    return this.options.clock;
  }
  get trades() {
    return this.options.trades;
  }
  get approvals() {
    return this.options.approvals;
  }
  get record() {
    return this.options.record;
  }

  begin(row: RunRow, history: StepRow[] | null = this.journal.stepsOf.all(row.id)): void {
    if (this.dead || this.stopping || this.memory.live.has(row.id) || this.strandedRuns.has(row.id)) return;
    const story = this.registry.story(row.workflow, row.version);
    if (story === undefined) {
      this.stranded(row, storyGone({ ...row, run: row.id }));
      return;
    }
    const run = new Execution(this, row, history);
    this.memory.live.set(row.id, run);
    void tell(run, story);
  }

  /** Replays a run that is not in memory, when it is open and does not wait for its lock. */
  takeUp(id: string): void {
    const row = this.journal.runById.get(id);
    if (row === undefined || row.finishedAt !== null || waitsForLock(this.journal, row)) return;
    this.begin(row);
  }

  wake(id: string, topic: string): void {
    if (this.probing && !this.cut("message kept", id, topic)) return;
    const run = this.memory.live.get(id);
    if (run === undefined) this.takeUp(id);
    else if (topic !== "$cancel") run.poke(topic);
    else if (run.hearCancel()) {
      run.abortWork();
      run.poke();
    }
  }

  signal(run: string, topic: string, payload: unknown, dedupe?: string): boolean {
    const text = JSON.stringify(payload ?? null);
    if (text.length > mostJsonLength)
      throw new RangeError(`a signal of ${text.length} characters is too long`);
    return this.db.tx(() => {
      if (this.journal.isOpen.get(run) === undefined) return false;
      this.journal.insertSignal.run(run, topic, text, dedupe ?? null, this.clock.now());
      this.db.afterCommit(() => this.wake(run, topic));
      return true;
    });
  }

  cut(point: CutPoint, run: string, step: string | null): boolean {
    try {
      if (!this.dead) this.options.probe?.(point, run, step);
    } catch {
      // The power is cut: this engine does nothing more, as if its process had ended here.
      this.die();
    }
    return !this.dead;
  }

  die(): void {
    this.dead = true;
    this.suspects.stop();
    this.memory.clear();
  }

  stranded(row: RunRow, problem: Problem): void {
    this.strandedRuns.set(row.id, problem);
    this.memory.live.delete(row.id);
    this.log.error({ run: row.id, err: problem }, "a run cannot go on");
    this.options.onStrandedRun?.(row.id, problem);
  }

  prepareStart(
    workflow: Startable,
    input: unknown,
    options: StartOptions & { parent?: string },
  ): PreparedStart {
    return prepareStart(this, this.registry, workflow, input, options);
  }

  writeStart(start: PreparedStart): { runId: string; fresh: boolean } {
    return writeStart(this, start);
  }

  cancel(run: string, by: string, why: string): void {
    cancelRun(this, run, by, why);
  }

  parked(run: Execution): void {
    this.memory.parked(run);
  }

  goesOn(run: Execution): void {
    this.memory.goesOn(run);
  }

  over(run: Execution): void {
    this.memory.remove(run);
  }

  finished(run: string, outcome: Outcome): void {
    this.strandedRuns.delete(run);
    this.results.settle(run, outcome);
  }

  storyOf(row: RunRow): AnyWorkflow | undefined {
    return this.strandedRuns.has(row.id) ? undefined : this.registry.story(row.workflow, row.version);
  }
}
