import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** A link to the form for a person's token at Open Collective, for one person and once. Stored as a hash. */
export const collectiveForm = sqliteTable("collective_form", {
  hash: text("hash").primaryKey(),
  member: text("member").notNull(),
  /** Milliseconds since 1970. */
  expiresAt: integer("expires_at").notNull(),
  spentAt: integer("spent_at"),
});

/**
 * Each time at which an expense may have been made at Open Collective, written down before it is asked for: the pace is
 * kept by it, and by whose eyes an expense must be looked for before another one is made.
 */
export const collectiveTurn = sqliteTable(
  "collective_turn",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    payable: text("payable").notNull(),
    /** `own`: by the person's token. `draft`: an invitation, by the co-op's. */
    way: text("way", { enum: ["own", "draft"] }).notNull(),
    /** Not before then; milliseconds since 1970. */
    atMs: integer("at_ms").notNull(),
  },
  (table) => [index("collective_turn_payable").on(table.payable)],
);

/**
 * Each time a payable was asked for anew after its expense had been refused there: from then on its key is another one.
 * Without a row its first expense is the one that counts.
 */
export const collectiveRound = sqliteTable(
  "collective_round",
  {
    payable: text("payable").notNull(),
    /** 2 and up: the round that began then. */
    round: integer("round").notNull(),
    /** The expense that was refused before. */
    refused: text("refused").notNull(),
    why: text("why").notNull(),
    by: text("by").notNull(),
    at: text("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.payable, table.round] })],
);

/** How far Open Collective was read, by name; milliseconds since 1970. */
export const collectiveMark = sqliteTable("collective_mark", {
  name: text("name").primaryKey(),
  value: integer("value").notNull(),
});
