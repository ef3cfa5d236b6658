import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** One run of a workflow. Times are ms since 1970: the engine compares them. */
export const run = sqliteTable(
  "run",
  {
    /** The order of starting: runs with the same lock follow each other in it. */
    n: integer("n").primaryKey(),
    id: text("id").notNull().unique(),
    workflow: text("workflow").notNull(),
    /** The version of the story that it began with. */
    version: integer("version").notNull(),
    status: text("status", {
      enum: ["waiting", "running", "done", "failed", "undone", "cancelled"],
    }).notNull(),
    /** What a waiting run waits for, in words. */
    waitsFor: text("waits_for"),
    input: text("input").notNull(),
    /** What the workflow returned, as JSON. */
    output: text("output"),
    /** The problem that ended it, as JSON. */
    problem: text("problem"),
    /** Short name of the member who asked; null for schedules. */
    askedBy: text("asked_by"),
    /** Where it was asked (a chat Place), as JSON. */
    place: text("place"),
    /** The same key twice is the same run. */
    key: text("key"),
    lock: text("lock"),
    parent: text("parent"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    finishedAt: integer("finished_at"),
  },
  (table) => [
    uniqueIndex("run_key").on(table.key),
    index("run_open")
      .on(table.status, table.n)
      .where(sql`finished_at is null`),
    index("run_lock")
      .on(table.lock, table.n)
      .where(sql`finished_at is null and lock is not null`),
    index("run_created").on(table.createdAt),
    index("run_parent").on(table.parent),
  ],
);

/** The journal: one row per step, wait, sleep, approval, transaction or child of a run. */
export const step = sqliteTable(
  "step",
  {
    run: text("run").notNull(),
    key: text("key").notNull(),
    kind: text("kind", {
      enum: ["step", "tx", "sleep", "wait", "approval", "child", "undo", "now"],
    }).notNull(),
    status: text("status", { enum: ["running", "retry", "waiting", "done", "failed"] }).notNull(),
    /** How often it was begun. */
    attempt: integer("attempt").notNull().default(0),
    /** How often it failed in passing; whatever else was begun and has no end was cut off. */
    failures: integer("failures").notNull().default(0),
    dueAt: integer("due_at"),
    output: text("output"),
    problem: text("problem"),
    seq: integer("seq").notNull(),
    startedAt: integer("started_at").notNull(),
    finishedAt: integer("finished_at"),
  },
  (table) => [
    primaryKey({ columns: [table.run, table.key] }),
    // The next alarm of runs that are not in memory.
    index("step_due")
      .on(table.dueAt)
      .where(sql`status = 'waiting' and due_at is not null`),
  ],
);

/** What was said to a run: signals, voices, cancel. Buffered and ordered; each is taken once. */
export const signal = sqliteTable(
  "signal",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    run: text("run").notNull(),
    topic: text("topic").notNull(),
    payload: text("payload").notNull(),
    dedupe: text("dedupe"),
    used: integer("used").notNull().default(0),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("signal_once").on(table.run, table.topic, table.dedupe),
    index("signal_open")
      .on(table.run, table.id)
      .where(sql`used = 0`),
  ],
);

/** When each schedule last fired, so that one missed while we were away is made up once. */
export const schedule = sqliteTable("schedule", {
  name: text("name").primaryKey(),
  lastDueAt: integer("last_due_at").notNull(),
});
