import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** An app: one recipe at a domain on a server, with its settings as the `.env` text that abra would keep. */
export const app = sqliteTable("app", {
  domain: text("domain").primaryKey(),
  recipe: text("recipe").notNull(),
  /** The version last deployed or pinned; null until the first deploy. */
  version: text("version"),
  server: text("server").notNull(),
  stack: text("stack").notNull().unique(),
  env: text("env").notNull(),
  createdBy: text("created_by").notNull(),
  createdAt: text("created_at").notNull(),
});

/** Every deploy as it was rendered, so that two can be compared and an old one brought back. */
export const deploy = sqliteTable(
  "deploy",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    app: text("app").notNull(),
    run: text("run").notNull(),
    version: text("version"),
    askedBy: text("asked_by"),
    /** The rendered specs (service, network, volume, secret names, config names) as JSON. */
    specs: text("specs").notNull(),
    /** What the services were before, for the way back, as JSON. */
    before: text("before").notNull(),
    outcome: text("outcome", {
      enum: ["running", "converged", "failed", "rolled back", "restored"],
    }).notNull(),
    reason: text("reason"),
    startedAt: text("started_at").notNull(),
    finishedAt: text("finished_at"),
  },
  (table) => [
    index("deploy_app").on(table.app, table.id),
    // A run deploys an app once: its record is found again after a crash, never made twice.
    uniqueIndex("deploy_run").on(table.run, table.app),
  ],
);
