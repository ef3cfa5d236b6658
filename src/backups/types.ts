/**
 * What the backups room hands out. Plans and proofs are JSON: they are kept in the journal of the workflow that works
 * with them, so nothing secret is in them.
 */
import type { AppDomain, RecipeName, RecipeVersion, ServerName } from "../core/terms.ts";

/** Where backups are kept. Secrets are files; only their paths are known here. */
export interface Repository {
  name: string;
  /** As restic takes it: a folder, `sftp:user@host:/folder`, `s3:https://host/bucket`, `rest:https://host/name`. */
  location: string;
  /** The only server that can reach it; null: every one. */
  server: ServerName | null;
  passwordFile: string;
  keyFile: string | null;
  /** A line of known_hosts. */
  hostKey: string | null;
  credentialsFile: string | null;
  addedBy: string;
  addedAt: string;
}

/** One snapshot of restic; a backup consists of one for each node that holds data, and one for each streamed dump. */
export interface SnapshotPart {
  /** restic's id, whole. */
  id: string;
  /** Where its data was, as the Swarm calls the node. */
  hostname: string;
  kind: "volumes" | "dump";
  /** dump: the service whose database it holds. */
  service?: string;
  /** The volumes in it, by their short names. */
  volumes: string[];
}

export type BackupCause = "asked" | "schedule" | "upgrade" | "restore";

export interface Backup {
  /** The id of the run that took it. */
  id: string;
  app: AppDomain;
  server: ServerName;
  stack: string;
  repository: string;
  state: "running" | "proven" | "doubtful" | "failed" | "forgotten";
  reason: string | null;
  cause: BackupCause;
  askedBy: string | null;
  recipe: RecipeName;
  version: RecipeVersion | null;
  startedAt: string;
  endedAt: string | null;
  files: number | null;
  bytes: number | null;
  addedBytes: number | null;
  snapshots: SnapshotPart[];
  warnings: string[];
}

/** How an app is backed up, everything filled in from the settings. */
export interface BackupPolicy {
  /** Null: no repository is there for it, so it cannot be backed up. */
  repository: string | null;
  window: string;
  keep: { daily: number; weekly: number; monthly: number };
  mode: "running" | "stopped" | "off";
  dumps: boolean;
  dataBack: "always" | "ask" | "never";
}

/** A command that a label asks for, inside the container of a service. */
export interface Hook {
  service: string;
  /** For `sh -c`, as backup-bot-two runs it. */
  command: string;
}

/** What the labels of a stack say about its backup. Pure: nothing is asked of a server. */
export interface LabelReading {
  /** True when a service says `backupbot.backup=true`. */
  isEnabled: boolean;
  /** By the volume's short name, as in the recipe's compose file: false leaves it out; paths narrow it. */
  volumes: Record<string, { include: boolean; paths: string[] | null }>;
  /** v1 of the specification: paths inside the container of a service. */
  containerPaths: { service: string; path: string }[];
  preHooks: Hook[];
  postHooks: Hook[];
  restorePreHooks: Hook[];
  restorePostHooks: Hook[];
  /** What is not as the specification says, and what was made of it, in sentences. */
  warnings: string[];
}

/** A volume that a backup holds, resolved from a running task. */
export interface PlannedVolume {
  /** As the engine calls it: `<stack>_<short>`, unless the recipe says otherwise. */
  name: string;
  short: string;
  service: string;
  /** Only these, relative to the volume; null: all of it. */
  paths: string[] | null;
}

/** What is read on one node. */
export interface PlannedNode {
  /** The id of the node. */
  node: string;
  hostname: string;
  volumes: PlannedVolume[];
  /** The running container of a service, with the folder of the node that holds its secrets. */
  secrets: { service: string; folder: string; secrets: { id: string; name: string }[] }[];
}

/** Everything that a backup will do, worked out before it touches anything. */
export interface TakePlan {
  app: AppDomain;
  server: ServerName;
  stack: string;
  recipe: RecipeName;
  version: RecipeVersion | null;
  repository: string;
  mode: "running" | "stopped";
  nodes: PlannedNode[];
  preHooks: Hook[];
  postHooks: Hook[];
  containerPaths: { service: string; path: string }[];
  /** Databases that Tandem dumps itself, by service. */
  dumps: { service: string; kind: "postgres" | "mariadb" | "mysql" }[];
  images: { service: string; image: string }[];
  warnings: string[];
}

/**
 * What travels in every backup as `/tandem/manifest.json`: enough to bring the app up elsewhere. Inside the repository
 * it is encrypted, settings with it; the secrets' values lie beside it.
 */
export interface Manifest {
  format: 1;
  backup: string;
  takenAt: string;
  app: AppDomain;
  stack: string;
  server: ServerName;
  recipe: RecipeName;
  version: RecipeVersion | null;
  /** The app's `.env`, as it is. */
  env: string;
  images: { service: string; image: string }[];
  volumes: { name: string; short: string; service: string; hostname: string; paths: string[] | null }[];
  /** `file` is where the value lies in the snapshot of that node: `/tandem/secrets/<service>/<id>`. */
  secrets: { name: string; service: string; hostname: string; file: string }[];
  restorePreHooks: Hook[];
  restorePostHooks: Hook[];
  dumps: { service: string; kind: "postgres" | "mariadb" | "mysql"; file: string }[];
}
