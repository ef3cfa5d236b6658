import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** A question to people. It lives here and never in the content of a chat event, which anybody could forge. */
export const approval = sqliteTable(
  "approval",
  {
    /** `run/step key`. */
    id: text("id").primaryKey(),
    run: text("run").notNull(),
    step: text("step").notNull(),
    /** What is asked, as a Message in JSON. */
    question: text("question").notNull(),
    /** What a grave approval must name, such as the app's domain. */
    subject: text("subject").notNull(),
    fromRole: text("from_role").notNull(),
    needed: integer("needed").notNull(),
    weight: text("weight", { enum: ["light", "ordinary", "grave"] }).notNull(),
    /** Hash of the plan that is approved. */
    binds: text("binds").notNull(),
    asker: text("asker"),
    /** Members who would gain by it and therefore have no voice, as a JSON list. */
    beneficiaries: text("beneficiaries").notNull(),
    /** JSON: the only members whose voices count; null: everybody with the role. */
    onlyMembers: text("only_members"),
    /** One of many: it rings nobody, is not reminded of, and does not fill the room. */
    isQuiet: integer("is_quiet", { mode: "boolean" }).notNull().default(false),
    room: text("room"),
    /** The thread in which it is asked, if the command came from one. */
    threadRoot: text("thread_root"),
    status: text("status", {
      enum: ["open", "approved", "declined", "expired", "withdrawn"],
    }).notNull(),
    openedAt: integer("opened_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    remindAt: integer("remind_at"),
    settledAt: integer("settled_at"),
    /** Why it ended as it did, where that was said in words. */
    why: text("why"),
    /** How often the question was edited: numbers the edits. */
    edits: integer("edits").notNull().default(0),
  },
  (table) => [index("approval_run").on(table.run), index("approval_status").on(table.status)],
);

/** One voice per person. A withdrawn voice keeps its row, so that the record shows it. */
export const voice = sqliteTable(
  "voice",
  {
    approval: text("approval")
      .notNull()
      .references(() => approval.id),
    member: text("member").notNull(),
    says: text("says", { enum: ["yes", "no"] }).notNull(),
    why: text("why"),
    matrixId: text("matrix_id"),
    /** `reaction`, `command`, `web`, … */
    via: text("via").notNull(),
    eventId: text("event_id"),
    saidAt: integer("said_at").notNull(),
    withdrawnAt: integer("withdrawn_at"),
  },
  (table) => [
    primaryKey({ columns: [table.approval, table.member] }),
    index("voice_event").on(table.eventId),
  ],
);

/**
 * Reactions that were judged, whether they counted or not. What was judged once is not judged again, although a
 * restart asks the server for everything that stands under the question.
 */
export const reactionHeard = sqliteTable(
  "reaction_heard",
  {
    eventId: text("event_id").primaryKey(),
    approval: text("approval")
      .notNull()
      .references(() => approval.id),
    saidAt: integer("said_at").notNull(),
  },
  (table) => [index("reaction_heard_approval").on(table.approval)],
);
