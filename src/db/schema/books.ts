import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What a source has told, as it told it, in the parts that the books need. Never changed and never deleted: something
 * told again with other content is another version of what may change, and an alarm for what may not.
 */
export const bookFact = sqliteTable(
  "book_fact",
  {
    id: integer("id").primaryKey(),
    /** `stripe`, `opencollective`, `bank:<account>`. */
    source: text("source").notNull(),
    /** `txn`, `payout`, `tie`, `invoice`, `balance`; `row`, `own`; `line`, `statement`. */
    kind: text("kind").notNull(),
    /** The id that the source gave it. */
    ext: text("ext").notNull(),
    version: integer("version").notNull(),
    /** Money in minor units of ISO 4217. */
    json: text("json").notNull(),
    /** Of a balance transaction: what it moves, for sums. */
    currency: text("currency"),
    netMinor: integer("net_minor"),
  },
  (table) => [uniqueIndex("book_fact_ext").on(table.kind, table.ext, table.source, table.version)],
);

/** Which balance transactions make up a payout. A transaction is in one; that it is named in two is seen. */
export const bookMember = sqliteTable(
  "book_member",
  {
    payout: text("payout").notNull(),
    txn: text("txn").notNull(),
  },
  (table) => [primaryKey({ columns: [table.payout, table.txn] })],
);

/** Something that may not change was told again with other content. The books keep what was told first. */
export const bookAlarm = sqliteTable(
  "book_alarm",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    source: text("source").notNull(),
    kind: text("kind").notNull(),
    ext: text("ext").notNull(),
    said: text("said").notNull(),
    at: text("at").notNull(),
  },
  (table) => [uniqueIndex("book_alarm_said").on(table.kind, table.ext, table.source, table.said)],
);

/** A file that was taken, by the hash of its bytes: the same again has nothing new in it. */
export const bookFile = sqliteTable("book_file", {
  /** What it was imported as, and SHA-256. */
  hash: text("hash").primaryKey(),
  by: text("by").notNull(),
  at: text("at").notNull(),
});

/**
 * The ledger: what is booked for each fact. In an open month it follows the facts; what lies in a closed month is never
 * changed or deleted, and what is heard later is an entry of its own in the first open month.
 */
export const bookEntry = sqliteTable(
  "book_entry",
  {
    id: integer("id").primaryKey(),
    source: text("source").notNull(),
    ref: text("ref").notNull(),
    /** 0: the entry of the fact. 1 and up: what amends it after its month was closed. */
    amends: integer("amends").notNull(),
    /** `YYYY-MM-DD`, UTC. */
    date: text("date").notNull(),
    /** The day of the fact, where its month was closed already. */
    happened: text("happened"),
    kind: text("kind").notNull(),
    memo: text("memo").notNull(),
    /** The ref of the entry that it takes back or amends. */
    corrects: text("corrects"),
    /** JSON of the postings, `[[account, currency, minor units], …]`, by which two are compared. */
    postings: text("postings").notNull(),
    isClosed: integer("is_closed", { mode: "boolean" }).notNull(),
  },
  (table) => [uniqueIndex("book_entry_ref").on(table.ref, table.source, table.amends)],
);

/** What a person has decided about something in the queue. Taken back by a mark, never deleted. */
export const bookDecision = sqliteTable(
  "book_decision",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    kind: text("kind", { enum: ["match", "split", "writeoff", "ignore"] }).notNull(),
    source: text("source").notNull(),
    /** The source's id of what it is about. */
    subject: text("subject").notNull(),
    /** JSON: with whom it is matched, or on what it is booked. */
    what: text("what").notNull(),
    why: text("why").notNull(),
    by: text("by").notNull(),
    /** Who else agreed, where it was above the limit. */
    secondedBy: text("seconded_by"),
    at: text("at").notNull(),
    undoneBy: text("undone_by"),
    undoneAt: text("undone_at"),
  },
  (table) => [index("book_decision_subject").on(table.subject)],
);

/** A closed month. Months are closed in order. */
export const bookPeriod = sqliteTable("book_period", {
  /** `YYYY-MM`. */
  month: text("month").primaryKey(),
  closedAt: text("closed_at").notNull(),
  /** JSON: names of those who agreed. */
  closedBy: text("closed_by").notNull(),
  run: text("run").notNull(),
  /** Of the report that they agreed to. */
  hash: text("hash").notNull(),
  /** JSON: the report. */
  report: text("report").notNull(),
});

/** What the last reconciling came to, and of what: nothing new, nothing to do. */
export const bookState = sqliteTable("book_state", {
  name: text("name").primaryKey(),
  value: text("value").notNull(),
});
