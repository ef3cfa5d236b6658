import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Sign-in links, sessions and bearer tokens are stored as SHA-256 only. Times are ms since 1970. */
export const signInLink = sqliteTable("sign_in_link", {
  hash: text("hash").primaryKey(),
  member: text("member").notNull(),
  /** Whether whoever asked for it was recognised beyond doubt. */
  verified: integer("verified", { mode: "boolean" }).notNull().default(false),
  expiresAt: integer("expires_at").notNull(),
  spentAt: integer("spent_at"),
});

export const session = sqliteTable("session", {
  hash: text("hash").primaryKey(),
  member: text("member").notNull(),
  /** As its link. */
  verified: integer("verified", { mode: "boolean" }).notNull().default(false),
  /** The roles held at sign-in: the session ends when one of them is lost. */
  roles: text("roles").notNull(),
  createdAt: integer("created_at").notNull(),
  seenAt: integer("seen_at").notNull(),
  endedAt: integer("ended_at"),
});

export const apiToken = sqliteTable("api_token", {
  hash: text("hash").primaryKey(),
  member: text("member").notNull(),
  label: text("label").notNull(),
  createdAt: integer("created_at").notNull(),
  usedAt: integer("used_at"),
  revokedAt: integer("revoked_at"),
});
