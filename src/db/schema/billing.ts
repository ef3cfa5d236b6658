import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Who pays for something: a member organisation, a member, or an institution that is neither. */
export const billingPayer = sqliteTable("billing_payer", {
  /** `seat/three-rivers`, `member/bo`, `institution/town-library`. */
  id: text("id").primaryKey(),
  title: text("title").notNull(),
  email: text("email"),
  /** The customer's id at Stripe, once it is made there. */
  customer: text("customer").unique(),
  addedBy: text("added_by").notNull(),
  addedAt: text("added_at").notNull(),
});

/**
 * Each request that makes something at Stripe, with its idempotency key, written down before it is sent. What is asked
 * stays as it was: the same key with other parameters is refused there.
 */
export const billingCall = sqliteTable("billing_call", {
  /** `tandem:<run>:<step>:<hash of what is asked>`. */
  key: text("key").primaryKey(),
  kind: text("kind").notNull(),
  /** JSON; emptied when it is done, as it may hold an address for mail. */
  asks: text("asks").notNull(),
  /** The key that is sent: after a day, when Stripe has forgotten the first one, it is another. */
  sentKey: text("sent_key").notNull(),
  /** When it was first sent under that key; ms since 1970. */
  sentAtMs: integer("sent_at_ms"),
  /** Whether it may have been carried out without our hearing of it in a way that the key cannot tell. */
  doubtful: integer("doubtful", { mode: "boolean" }).notNull().default(false),
  state: text("state", { enum: ["open", "made", "refused"] }).notNull(),
  /** What of the answer is needed later; JSON. */
  answer: text("answer"),
  madeAt: text("made_at").notNull(),
});

/** Events of Stripe by id: what was heard, and what is still to be looked at. Nothing in them is taken as true. */
export const billingEvent = sqliteTable(
  "billing_event",
  {
    id: text("id").primaryKey(),
    type: text("type").notNull(),
    /** What it is about, to be fetched anew: `invoice` and `in_…`. */
    objectKind: text("object_kind").notNull(),
    object: text("object").notNull(),
    /** Seconds since 1970, by Stripe's clock. */
    createdS: integer("created_s").notNull(),
    via: text("via", { enum: ["hook", "sweep"] }).notNull(),
    heardAt: text("heard_at").notNull(),
    handledAt: text("handled_at"),
  },
  (table) => [index("billing_event_open").on(table.handledAt)],
);

/** What is paid for regularly: an app, or the dues of a member organisation. */
export const billingPlan = sqliteTable("billing_plan", {
  /** `app/cloud.example.coop`, `dues/three-rivers`. */
  subject: text("subject").primaryKey(),
  payer: text("payer")
    .notNull()
    .references(() => billingPayer.id),
  /** The lookup key of the price. */
  plan: text("plan").notNull(),
  /** The Checkout session that was last offered. */
  session: text("session"),
  subscription: text("subscription").unique(),
  /** `offered`, or the state of the subscription as Stripe names it. */
  state: text("state").notNull(),
  /** When what is paid for ends; ISO time. */
  paidUntil: text("paid_until"),
  updatedAt: text("updated_at").notNull(),
});

/** Invoices as they were when they were last looked at. */
export const billingInvoice = sqliteTable(
  "billing_invoice",
  {
    id: text("id").primaryKey(),
    number: text("number"),
    customer: text("customer").notNull(),
    /** As in `billing_plan`; null: a single invoice. */
    subject: text("subject"),
    state: text("state").notNull(),
    currency: text("currency").notNull(),
    totalMinor: integer("total_minor").notNull(),
    leftMinor: integer("left_minor").notNull(),
    /** Where it is paid. */
    url: text("url"),
    dueAt: text("due_at"),
    paidAt: text("paid_at"),
    /** Since when it is late, if it is; each reminder counts from here. */
    lateSince: text("late_since"),
    /** How many reminders went out for this lateness. */
    reminded: integer("reminded").notNull().default(0),
    updatedAt: text("updated_at").notNull(),
  },
  (table) => [index("billing_invoice_customer").on(table.customer)],
);

/**
 * The bank's lines that the books have matched with an invoice: what was paid by transfer, and what came back. A
 * picture of the books, drawn anew whenever they say something else.
 */
export const billingTransfer = sqliteTable(
  "billing_transfer",
  {
    /** Stripe's id of the invoice. */
    invoice: text("invoice").notNull(),
    /** Where the line stands, and its id there: `bank:gls/2026-11-03-17`. */
    line: text("line").notNull(),
    /** The day on which the bank booked it, `YYYY-MM-DD`. */
    onDay: text("on_day").notNull(),
    /** As the bank booked it: what came in is above zero, what went back below. */
    amountMinor: integer("amount_minor").notNull(),
    currency: text("currency").notNull(),
  },
  (table) => [primaryKey({ columns: [table.invoice, table.line] })],
);

/** How far something was read, by name. */
export const billingMark = sqliteTable("billing_mark", {
  name: text("name").primaryKey(),
  value: integer("value").notNull(),
});
