import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** A group of people that looks after something and agrees to the work on it. */
export const circle = sqliteTable("circle", {
  name: text("name").primaryKey(),
  title: text("title").notNull(),
  addedBy: text("added_by").notNull(),
  addedAt: text("added_at").notNull(),
});

/** Who agrees to the work that is entered for a circle. */
export const circleMaintainer = sqliteTable(
  "circle_maintainer",
  {
    circle: text("circle")
      .notNull()
      .references(() => circle.name),
    member: text("member").notNull(),
    addedAt: text("added_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.circle, table.member] })],
);

/** What an hour is paid, from one day on. Two rates of one scope, subject and currency never hold on the same day. */
export const rate = sqliteTable(
  "rate",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    scope: text("scope", { enum: ["all", "role", "circle", "person"] }).notNull(),
    /** The role, circle or person; empty for all. */
    subject: text("subject").notNull(),
    /** Minor units for an hour. */
    perHourMinor: integer("per_hour_minor").notNull(),
    currency: text("currency").notNull(),
    /** The first and the last day on which it holds, `YYYY-MM-DD`; null: until further notice. */
    fromDay: text("from_day").notNull(),
    untilDay: text("until_day"),
    /** The resolution that says so, such as `R003`. */
    resolution: text("resolution").notNull(),
    addedBy: text("added_by").notNull(),
    addedAt: text("added_at").notNull(),
  },
  (table) => [index("rate_subject").on(table.scope, table.subject, table.currency)],
);

/** Money or hours that were resolved for some work. */
export const budget = sqliteTable("budget", {
  /** As people say it, such as `010`. */
  name: text("name").primaryKey(),
  title: text("title").notNull(),
  resolution: text("resolution").notNull(),
  currency: text("currency").notNull(),
  /** Most money and most minutes in a period; null: no such limit. */
  capMinor: integer("cap_minor"),
  capMinutes: integer("cap_minutes"),
  /** Whether the caps hold for each calendar month, or for all of its life. */
  per: text("per", { enum: ["month", "total"] }).notNull(),
  /** The first and the last day of work that it pays. */
  fromDay: text("from_day").notNull(),
  untilDay: text("until_day"),
  state: text("state", { enum: ["open", "paused", "closed"] }).notNull(),
  addedBy: text("added_by").notNull(),
  addedAt: text("added_at").notNull(),
});

/** `eligible`: may enter work on it; nobody listed: every member. `steward`: agrees to work on it. */
export const budgetPerson = sqliteTable(
  "budget_person",
  {
    budget: text("budget")
      .notNull()
      .references(() => budget.name),
    member: text("member").notNull(),
    as: text("as", { enum: ["eligible", "steward"] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.budget, table.member, table.as] })],
);

/** A piece of work, as it stands now. What it said before stays in its versions. */
export const workEntry = sqliteTable(
  "work_entry",
  {
    /** The number that people say. */
    id: integer("id").primaryKey({ autoIncrement: true }),
    /** Whose work it is. Who entered it is in its versions. */
    person: text("person").notNull(),
    version: integer("version").notNull(),
    /**
     * `submitted`: waits for voices. `approved`: counts against its budget, waits for a batch. `batched`: in a batch
     * that is not paid yet. `paid`: all its shares have been paid. `recorded`: agreed to and never paid (volunteer,
     * in kind). `declined`, `withdrawn`: counts nowhere.
     */
    state: text("state", {
      enum: ["submitted", "approved", "batched", "paid", "recorded", "declined", "withdrawn"],
    }).notNull(),
    /** The hash of the version that was agreed to; null: no agreement stands. */
    approvedHash: text("approved_hash"),
    approvedAt: text("approved_at"),
    /** JSON: the names of those who agreed. */
    approvedBy: text("approved_by"),
    /** The approval (`run/step`) whose voices these are. */
    approval: text("approval"),
    /** The run that asks for voices. */
    run: text("run"),
    /** The paid entry that this one corrects. */
    corrects: integer("corrects"),
    addedAt: text("added_at").notNull(),
  },
  (table) => [
    index("work_entry_person").on(table.person, table.state),
    index("work_entry_state").on(table.state),
    index("work_entry_corrects").on(table.corrects),
  ],
);

/** What an entry says, version by version; the newest counts. Never changed. */
export const workEntryVersion = sqliteTable(
  "work_entry_version",
  {
    entry: integer("entry")
      .notNull()
      .references(() => workEntry.id),
    version: integer("version").notNull(),
    kind: text("kind", { enum: ["paid", "volunteer", "in-kind", "stipend", "lump-sum"] }).notNull(),
    /** The seat of the person on the day of entry. */
    seat: text("seat"),
    circle: text("circle").notNull(),
    budget: text("budget"),
    /** The day of the work, `YYYY-MM-DD`, in the time zone of the person. */
    day: text("day").notNull(),
    /** Null: a lump sum. Negative only in a correction. */
    minutes: integer("minutes"),
    description: text("description").notNull(),
    /** A ticket (`#812`), a URL or a link to a message. */
    evidence: text("evidence"),
    rate: integer("rate"),
    perHourMinor: integer("per_hour_minor"),
    currency: text("currency"),
    /** The whole entry, rounded half up once. Null: it is not paid. */
    amountMinor: integer("amount_minor"),
    /** JSON: `[{ member, basisPoints }]`, in all 10,000; only the person: `[]`. */
    shares: text("shares").notNull(),
    /** Of everything above: an agreement binds to it. */
    hash: text("hash").notNull(),
    by: text("by").notNull(),
    at: text("at").notNull(),
    /** Where it was said. */
    room: text("room"),
    event: text("event"),
  },
  (table) => [
    primaryKey({ columns: [table.entry, table.version] }),
    index("work_entry_version_day").on(table.day),
    index("work_entry_version_budget").on(table.budget),
  ],
);

/** An entry that somebody holds back from being paid, and why. */
export const workHold = sqliteTable(
  "work_hold",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    entry: integer("entry")
      .notNull()
      .references(() => workEntry.id),
    by: text("by").notNull(),
    why: text("why").notNull(),
    at: text("at").notNull(),
    releasedBy: text("released_by"),
    releasedWhy: text("released_why"),
    releasedAt: text("released_at"),
  },
  (table) => [index("work_hold_entry").on(table.entry)],
);

/** What is paid together: the approved entries of a period. Its id is that of the run that proposed it. */
export const workBatch = sqliteTable("work_batch", {
  id: text("id").primaryKey(),
  /** `YYYY-MM`. */
  period: text("period").notNull(),
  /**
   * `published`: may be disputed. `asked`: treasurers are asked. `approved`: is being paid. `dropped`: nothing came of
   * it.
   */
  state: text("state", { enum: ["published", "asked", "approved", "paid", "dropped"] }).notNull(),
  hash: text("hash").notNull(),
  proposedBy: text("proposed_by").notNull(),
  publishedAt: text("published_at").notNull(),
  /** Until then any member may hold a line. */
  disputesUntil: text("disputes_until").notNull(),
  /** JSON: the names of the treasurers who agreed; null: not yet. */
  approvedBy: text("approved_by"),
  approvedAt: text("approved_at"),
});

/** What one person gets for one entry of a batch. Σ over the persons of an entry = its amount. */
export const workLine = sqliteTable(
  "work_line",
  {
    batch: text("batch")
      .notNull()
      .references(() => workBatch.id),
    entry: integer("entry")
      .notNull()
      .references(() => workEntry.id),
    member: text("member").notNull(),
    /** The version that was agreed to. */
    hash: text("hash").notNull(),
    amountMinor: integer("amount_minor").notNull(),
    currency: text("currency").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.batch, table.entry, table.member] }),
    index("work_line_entry").on(table.entry),
    index("work_line_member").on(table.member),
  ],
);

/** What one person is owed in one currency by one batch. */
export const payable = sqliteTable(
  "payable",
  {
    /** `batch/member/currency`: the key under which it is asked for outside. */
    id: text("id").primaryKey(),
    batch: text("batch")
      .notNull()
      .references(() => workBatch.id),
    member: text("member").notNull(),
    currency: text("currency").notNull(),
    amountMinor: integer("amount_minor").notNull(),
    /**
     * `carried`: not above zero, taken over into the next batch. `ready`: agreed to. `asked`: the request stands
     * outside (an expense, a bank file). `paid`: the bank or the fiscal host says so. `rejected`: refused outside.
     */
    state: text("state", { enum: ["proposed", "carried", "ready", "asked", "paid", "rejected"] }).notNull(),
    how: text("how", { enum: ["opencollective", "bank"] }),
    /** The expense at Open Collective, or the end-to-end id in the bank file. */
    reference: text("reference"),
    /** What was last heard of it, in words. */
    said: text("said"),
    /** The payable of a later batch that has taken this one over. */
    carriedInto: text("carried_into"),
    updatedAt: text("updated_at").notNull(),
  },
  (table) => [index("payable_batch").on(table.batch), uniqueIndex("payable_reference").on(table.reference)],
);

/**
 * The bank's lines that the books have matched with a payable: what was paid, and what came back. A picture of the
 * books, drawn anew whenever they say something else.
 */
export const payableLine = sqliteTable(
  "payable_line",
  {
    payable: text("payable")
      .notNull()
      .references(() => payable.id),
    /** Where the line stands, and its id there: `bank:gls/2026-11-03-17`. */
    line: text("line").notNull(),
    /** The day on which the bank booked it, `YYYY-MM-DD`. */
    onDay: text("on_day").notNull(),
    /** As the bank booked it: what went out is below zero, what came back above. */
    amountMinor: integer("amount_minor").notNull(),
  },
  (table) => [primaryKey({ columns: [table.payable, table.line] })],
);

/** How a person is paid. Bank details are never here: only which way, and whose account it is at Open Collective. */
export const payee = sqliteTable("payee", {
  member: text("member").primaryKey(),
  how: text("how", { enum: ["opencollective", "bank"] }).notNull(),
  /** The person's (or the organisation's) name in the addresses of Open Collective. */
  slug: text("slug"),
  payoutMethod: text("payout_method"),
  /** For an invitation where the person has no token here. */
  email: text("email"),
  updatedAt: text("updated_at").notNull(),
});

/** A person's own token at Open Collective, encrypted with the key from the settings' file. */
export const collectiveToken = sqliteTable("collective_token", {
  member: text("member").primaryKey(),
  /** AES-256-GCM: nonce, ciphertext and tag, base64. */
  sealed: text("sealed").notNull(),
  addedAt: text("added_at").notNull(),
  /** Said by Open Collective to be no good any more. */
  refusedAt: text("refused_at"),
});

/** What the fund held, as a treasurer or Open Collective said last. New budgets look at it. */
export const fundBalance = sqliteTable("fund_balance", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  amountMinor: integer("amount_minor").notNull(),
  currency: text("currency").notNull(),
  /** The treasurer's name, or `opencollective`. */
  source: text("source").notNull(),
  at: text("at").notNull(),
});

/** How a person wants to be reminded of work that is not entered yet. No row: reminded, in the co-op's time zone. */
export const workReminder = sqliteTable("work_reminder", {
  member: text("member").primaryKey(),
  isWanted: integer("is_wanted", { mode: "boolean" }).notNull(),
  timeZone: text("time_zone"),
});
