import { primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Member organisations: each holds one vote. */
export const seat = sqliteTable("seat", {
  name: text("name").primaryKey(),
  title: text("title").notNull(),
  addedAt: text("added_at").notNull(),
});

export const member = sqliteTable("member", {
  name: text("name").primaryKey(),
  displayName: text("display_name").notNull(),
  seat: text("seat").references(() => seat.name),
  addedAt: text("added_at").notNull(),
  removedAt: text("removed_at"),
});

/** A person may speak from several Matrix accounts; they all count as one person. */
export const account = sqliteTable("account", {
  matrixId: text("matrix_id").primaryKey(),
  member: text("member")
    .notNull()
    .references(() => member.name),
  linkedAt: text("linked_at").notNull(),
});

export const roleHeld = sqliteTable(
  "role_held",
  {
    member: text("member")
      .notNull()
      .references(() => member.name),
    role: text("role", { enum: ["member", "maintainer", "treasurer", "operator"] }).notNull(),
    grantedAt: text("granted_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.member, table.role] })],
);
