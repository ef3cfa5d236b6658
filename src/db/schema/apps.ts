import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

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
  /** Which upgrades happen by themselves; a major version never does. */
  policy: text("policy", { enum: ["manual", "patch", "minor"] })
    .notNull()
    .default("manual"),
  /** Where upgrades are proposed: the room in which the app was asked for. */
  room: text("room"),
});

/** An upgrade that was proposed: each version of an app is proposed once. */
export const proposal = sqliteTable(
  "proposal",
  {
    app: text("app").notNull(),
    version: text("version").notNull(),
    /** Null while it is only announced: a newer image upstream that no recipe version has yet. */
    run: text("run"),
    proposedAt: text("proposed_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.app, table.version] })],
);

/** A page on which one person may put in the value of one secret, once. Stored by the hash of its token. */
export const secretForm = sqliteTable("secret_form", {
  hash: text("hash").primaryKey(),
  app: text("app").notNull(),
  /** The secret's key in the recipe, such as `db_password`. */
  secret: text("secret").notNull(),
  member: text("member").notNull(),
  /** ms since 1970. */
  expiresAt: integer("expires_at").notNull(),
  spentAt: integer("spent_at"),
});

/** What a registry answered last, so that it is asked with an ETag and only as often as it likes. */
export const registryAnswer = sqliteTable("registry_answer", {
  /** The repository, such as `docker.io/library/nginx`. */
  repository: text("repository").primaryKey(),
  etag: text("etag"),
  /** JSON array. */
  tags: text("tags").notNull(),
  /** ms since 1970. */
  askedAt: integer("asked_at").notNull(),
});

/** Every deploy as it was rendered, so that two can be compared and an old one brought back. */
export const deploy = sqliteTable(
  "deploy",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    app: text("app").notNull(),
    run: text("run").notNull(),
    version: text("version"),
    /** The commit that was deployed instead of a version (`--chaos`), as abra writes it. */
    chaos: text("chaos"),
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
