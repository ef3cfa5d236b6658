import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Append-only (triggers forbid UPDATE and DELETE); each row's hash covers the one before it. */
export const audit = sqliteTable("audit", {
  n: integer("n").primaryKey(),
  at: text("at").notNull(),
  who: text("who").notNull(),
  what: text("what").notNull(),
  subject: text("subject").notNull(),
  /** Canonical JSON. */
  details: text("details").notNull(),
  prev: text("prev").notNull(),
  hash: text("hash").notNull(),
});
