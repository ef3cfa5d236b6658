import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** A restic repository. Passwords and keys are files of this machine; only their paths are here. */
export const backupRepository = sqliteTable("backup_repository", {
  name: text("name").primaryKey(),
  /** As restic takes it: a folder, `sftp:…`, `s3:…`, `rest:…`. */
  location: text("location").notNull(),
  /** The only server that can reach it, such as the one whose folder it is; null: every one. */
  server: text("server"),
  passwordFile: text("password_file").notNull(),
  /** sftp: the private key to log in with. */
  keyFile: text("key_file"),
  /** sftp: the one host key that counts, as a line of known_hosts. */
  hostKey: text("host_key"),
  /** s3: AWS's credentials file; rest: a file with `name:password`. */
  credentialsFile: text("credentials_file"),
  addedBy: text("added_by").notNull(),
  addedAt: text("added_at").notNull(),
});

/** How an app is backed up, where that is not as the settings say for all. Null: as the settings say. */
export const backupPolicy = sqliteTable("backup_policy", {
  app: text("app").primaryKey(),
  repository: text("repository"),
  /** A part of the day, such as `01:00-05:00`. */
  window: text("window"),
  keepDaily: integer("keep_daily"),
  keepWeekly: integer("keep_weekly"),
  keepMonthly: integer("keep_monthly"),
  /** `off`: nobody backs it up, and it is not red for that. `stopped`: it is stopped while its volumes are read. */
  mode: text("mode", { enum: ["running", "stopped", "off"] }),
  /** Whether known databases are dumped by Tandem where the recipe does not do it. */
  dumps: integer("dumps", { mode: "boolean" }),
  /** What becomes of the data when an upgrade fails. */
  dataBack: text("data_back", { enum: ["always", "ask", "never"] }),
});

/** A backup that was taken, or tried. Its id is that of the run that took it. */
export const backup = sqliteTable(
  "backup",
  {
    id: text("id").primaryKey(),
    app: text("app").notNull(),
    server: text("server").notNull(),
    stack: text("stack").notNull(),
    repository: text("repository").notNull(),
    /**
     * `proven`: all that can be checked was right. `doubtful`: it is there, and something about it is not as it should
     * be. `forgotten`: retention or a person has removed it. `away`: the repository in which it lies was taken out of
     * Tandem.
     */
    state: text("state", {
      enum: ["running", "proven", "doubtful", "failed", "forgotten", "away"],
    }).notNull(),
    /** Why it failed or is doubtful, in words; what a drill has answered stays here, with its answer. */
    reason: text("reason"),
    /** What it was taken for. */
    cause: text("cause", { enum: ["asked", "schedule", "upgrade", "restore"] }).notNull(),
    askedBy: text("asked_by"),
    recipe: text("recipe").notNull(),
    version: text("version"),
    startedAt: text("started_at").notNull(),
    endedAt: text("ended_at"),
    files: integer("files"),
    bytes: integer("bytes"),
    /** What it added to the repository. */
    addedBytes: integer("added_bytes"),
    /**
     * JSON: the snapshots that it consists of; the first of them has what the backup is doubted for, by kind, and what
     * one that is away was before.
     */
    snapshots: text("snapshots").notNull(),
    /** JSON: what is not as the label specification says, in sentences. */
    warnings: text("warnings").notNull(),
  },
  (table) => [index("backup_app").on(table.app, table.startedAt)],
);

/** A restore that was tried out. Its id is that of its run. */
export const backupDrill = sqliteTable(
  "backup_drill",
  {
    id: text("id").primaryKey(),
    app: text("app").notNull(),
    backup: text("backup").notNull(),
    outcome: text("outcome", { enum: ["running", "passed", "failed", "cancelled", "undecided"] }).notNull(),
    reason: text("reason"),
    startedAt: text("started_at").notNull(),
    endedAt: text("ended_at"),
    /** JSON: what was compared, in sentences. */
    proof: text("proof").notNull(),
  },
  (table) => [index("backup_drill_app").on(table.app, table.startedAt)],
);

/** What was done for a repository: whether its data is whole, what was too old; and Tandem's own backup in it. */
export const repositoryCare = sqliteTable(
  "repository_care",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    repository: text("repository").notNull(),
    kind: text("kind", { enum: ["check", "forget", "self"] }).notNull(),
    run: text("run").notNull(),
    outcome: text("outcome", { enum: ["ok", "failed"] }).notNull(),
    /** In words: what was found or removed, or why it failed. */
    words: text("words").notNull(),
    at: text("at").notNull(),
  },
  (table) => [index("repository_care_repository").on(table.repository, table.kind, table.at)],
);
