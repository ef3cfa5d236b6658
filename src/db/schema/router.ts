import { sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What each command was answered, by the key it came with (the Matrix event id): said twice, answered once. */
export const answered = sqliteTable("answered", {
  key: text("key").primaryKey(),
  outcome: text("outcome").notNull(),
  at: text("at").notNull(),
});
