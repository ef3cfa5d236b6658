/** Every statement of the hot path, prepared once. Rows in, rows out; no decisions. */
import type { Db } from "../db/index.ts";
import type { RunStatus } from "../core/terms.ts";
import type { StepKind } from "./ports.ts";

export interface RunRow {
  n: number;
  id: string;
  workflow: string;
  version: number;
  status: RunStatus;
  input: string;
  askedBy: string | null;
  place: string | null;
  key: string | null;
  lock: string | null;
  parent: string | null;
}

export type StepStatus = "running" | "retry" | "waiting" | "done" | "failed";

export interface StepRow {
  key: string;
  kind: StepKind;
  status: StepStatus;
  attempt: number;
  failures: number;
  dueAt: number | null;
  output: string | null;
  problem: string | null;
  seq: number;
}

const runColumns = `n, id, workflow, version, status, input, asked_by as askedBy, place, key, lock, parent`;

/** The prepared statements over run, step and signal. */
export function openJournal({ sqlite }: Db) {
  return { ...runStatements(sqlite), ...stepStatements(sqlite), ...signalStatements(sqlite) };
}

export type Journal = ReturnType<typeof openJournal>;

function runStatements(sqlite: Db["sqlite"]) {
  return {
    insertRun: sqlite.prepare(
      `insert into run (id, workflow, version, status, waits_for, input, asked_by, place, key, lock, parent,
         created_at, updated_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    runById: sqlite.prepare<[string], RunRow & { finishedAt: number | null }>(
      `select ${runColumns}, finished_at as finishedAt from run where id = ?`,
    ),
    isOpen: sqlite
      .prepare<[string], number>("select 1 from run where id = ? and finished_at is null")
      .pluck(),
    idByKey: sqlite.prepare<[string], string>("select id from run where key = ?").pluck(),
    idTaken: sqlite.prepare<[string], number>("select 1 from run where id = ?").pluck(),
    markWaiting: sqlite.prepare<[string, number, string]>(
      "update run set status = 'waiting', waits_for = ?, updated_at = ? where id = ?",
    ),
    markRunning: sqlite.prepare<[number, string]>(
      "update run set status = 'running', waits_for = null, updated_at = ? where id = ?",
    ),
    finish: sqlite.prepare(
      `update run set status = ?, waits_for = null, output = ?, problem = ?, updated_at = ?, finished_at = ?
       where id = ?`,
    ),
    outcome: sqlite.prepare<[string], { status: RunStatus; output: string | null; problem: string | null }>(
      "select status, output, problem from run where id = ? and finished_at is not null",
    ),
    /** The open run that holds a lock: the one that was started first. */
    lockHolder: sqlite
      .prepare<[string], string>(
        "select id from run where lock = ? and finished_at is null order by n limit 1",
      )
      .pluck(),
    nextWithLock: sqlite.prepare<[string, string], RunRow>(
      `select ${runColumns} from run where lock = ? and finished_at is null and id <> ? order by n limit 1`,
    ),
    running: sqlite.prepare<[], RunRow>(
      `select ${runColumns} from run where finished_at is null and status = 'running' order by n`,
    ),
    openCount: sqlite.prepare<[], number>("select count(*) from run where finished_at is null").pluck(),
    openStories: sqlite.prepare<[], { workflow: string; version: number }>(
      "select distinct workflow, version from run where finished_at is null",
    ),
    openOfStory: sqlite
      .prepare<[string, number], string>(
        "select id from run where finished_at is null and workflow = ? and version = ? order by n",
      )
      .pluck(),
  };
}

function stepStatements(sqlite: Db["sqlite"]) {
  return {
    insertStep: sqlite.prepare(
      `insert into step
         (run, key, kind, status, attempt, failures, due_at, output, problem, seq, started_at, finished_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    updateStep: sqlite.prepare(
      `update step set status = ?, attempt = ?, failures = ?, due_at = ?, output = ?, problem = ?, finished_at = ?
       where run = ? and key = ?`,
    ),
    stepsOf: sqlite.prepare<[string], StepRow>(
      `select key, kind, status, attempt, failures, due_at as dueAt, output, problem, seq
       from step where run = ? order by seq`,
    ),
    dropWaits: sqlite.prepare<[number, string]>(
      "update step set status = 'failed', due_at = null, finished_at = ? where run = ? and status = 'waiting'",
    ),
    nextDue: sqlite
      .prepare<[number], number | null>(
        "select min(due_at) from step where status = 'waiting' and due_at is not null and due_at > ?",
      )
      .pluck(),
    dueRuns: sqlite
      .prepare<[number], string>(
        "select distinct run from step where status = 'waiting' and due_at is not null and due_at <= ?",
      )
      .pluck(),
  };
}

function signalStatements(sqlite: Db["sqlite"]) {
  return {
    insertSignal: sqlite.prepare(
      "insert or ignore into signal (run, topic, payload, dedupe, created_at) values (?, ?, ?, ?, ?)",
    ),
    /**
     * Id and payload. As a bare array: making an object of it would cost more than the search. The casts keep SQLite
     * from preparing it anew for each value: a bare parameter beside `order by` takes part in planning (3.54,
     * `sqlite3ExprIsInteger`), which takes five times as long as the search.
     */
    oldestOn: sqlite
      .prepare<[string, string], [number, string]>(
        `select id, payload from signal
         where run = cast(? as text) and used = 0 and topic = cast(? as text) order by id limit 1`,
      )
      .raw(),
    useSignal: sqlite.prepare<[number]>("update signal set used = 1 where id = ?"),
    useTopic: sqlite.prepare<[string, string]>("update signal set used = 1 where run = ? and topic = ?"),
    cancelOf: sqlite
      .prepare<[string], string>("select payload from signal where run = ? and topic = '$cancel' limit 1")
      .pluck(),
    /** Parked runs to which something was said that they have not heard yet. */
    waitingWithSignals: sqlite
      .prepare<[], string>(
        `select distinct signal.run from signal join run on run.id = signal.run
         where used = 0 and finished_at is null and status = 'waiting'`,
      )
      .pluck(),
  };
}
