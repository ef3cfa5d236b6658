/**
 * What the backups room hands out. Plans and proofs are JSON: they are kept in the journal of the workflow that works
 * with them, so nothing secret is in them.
 */
import type { AppDomain, RecipeName, RecipeVersion, ServerName } from "../core/terms.ts";
import type { DatabaseKind } from "../recipes/index.ts";
import type { Downloading, Drilling, Restoring, Reviving } from "./restoring-types.ts";
import type { StackSnapshot } from "../swarm/types.ts";

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
  /**
   * `secrets`: what must be read while the containers run, of an app that is stopped for its backup (`mode` stopped):
   * secrets, manifest and files of containers. Otherwise these are beside the volumes.
   */
  kind: "volumes" | "dump" | "secrets";
  /** dump: the service whose database it holds. */
  service?: string;
  /** The volumes in it, by their short names. */
  volumes: string[];
  /**
   * Bytes that were there when it was read: by the short name of a volume, by `service:path` for files of a container;
   * of a dump, its length by its service. Left out by earlier versions.
   */
  held?: Record<string, number>;
}

/** Why a backup is doubtful. */
export interface Doubt {
  /**
   * `less`: something holds much less than it did in the last proven one; `gone`: a volume of that one is not in it.
   * Both may be as they should be, which a drill that somebody asks for can show. `taken`: it was not taken as it
   * should be, and only another backup mends that.
   */
  kind: "less" | "gone" | "taken";
  /** A sentence without its dot. */
  words: string;
  /** gone: by their short names. */
  volumes?: string[];
}

export type BackupCause = "asked" | "schedule" | "upgrade" | "restore";

export interface Backup {
  /** The id of the run that took it. */
  id: string;
  app: AppDomain;
  server: ServerName;
  stack: string;
  repository: string;
  state: "running" | "proven" | "doubtful" | "failed" | "forgotten" | "away";
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
  /** What made it doubtful; a drill may have shown since that it is right so. Left out by earlier versions. */
  doubts?: Doubt[];
}

/** The settings under `backups`, as far as they are read here. */
export interface BackupSettings {
  repository?: string | undefined;
  window: string;
  keepDaily: number;
  keepWeekly: number;
  keepMonthly: number;
  dataBack: BackupPolicy["dataBack"];
  /** The image of the helpers. */
  image: string;
  /** Whether restores are tried out once a month. */
  drills: boolean;
  /** How long a hook may take, and a dump be silent. */
  commandHours: number;
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
  /** Every service that mounts it on this node, `service` the first. Left out by earlier versions: that one alone. */
  mountedBy?: string[];
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

export type { DatabaseKind };

export interface PlannedDump {
  service: string;
  kind: DatabaseKind;
  /** Its volumes, which the dump stands for: they are in no snapshot, and are empty before it is read in. */
  replaces: { name: string; short: string; node: string; hostname: string }[];
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
  restorePreHooks: Hook[];
  restorePostHooks: Hook[];
  containerPaths: { service: string; path: string }[];
  /** Stopped mode: what runs, so that it can be started again as it was. Null: it is not stopped. */
  before: StackSnapshot | null;
  /** The services that ran in full: they have to again afterwards. Left out by earlier versions: all. */
  ran?: string[];
  /** Databases that Tandem dumps itself, by service. */
  dumps: PlannedDump[];
  /** Volumes that labels leave out, by their short names. Left out by earlier versions: not known. */
  leftOut?: string[];
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
  volumes: (PlannedVolume & { hostname: string })[];
  /** `file` is where the value lies in the snapshot of that node: `/tandem/secrets/<service>/<id>`. */
  secrets: { name: string; service: string; hostname: string; file: string }[];
  restorePreHooks: Hook[];
  restorePostHooks: Hook[];
  /** Each in a snapshot of its own, `file` is its name there. */
  dumps: (PlannedDump & { file: string })[];
  /** v1 of the labels: files of containers, copied to `/tandem/containers/<service>` in the first node's snapshot. */
  containerPaths: { service: string; path: string; hostname: string; file: string }[];
}

/** What taking has put into the repository. */
export interface Taken {
  snapshots: SnapshotPart[];
  files: number;
  bytes: number;
  addedBytes: number;
  /** What was noticed while it was read, in sentences. */
  warnings: string[];
  /** What makes it doubtful, in sentences. */
  doubts: string[];
}

/** How a backup ended. A failed one has left nothing in the repository. */
export type BackupEnd =
  | ({
      state: "proven" | "doubtful";
      reason: string | null;
      doubts?: Doubt[];
      /** Doubtful: a drill that passes answers all of it. Left out by earlier versions: not known. */
      isAnswerable?: boolean;
    } & Omit<Taken, "doubts">)
  | { state: "failed"; reason: string };

/** Backups as they were written down. Synchronous, joining the open transaction. */
export interface BackupRecords {
  /** Opens the row of a run, once. */
  begin(plan: TakePlan, run: string, about: { cause: BackupCause; askedBy: string | null }): Backup;
  /** Closes it, with its audit entry; one that is closed stays as it is, one that was never opened is none. */
  end(run: string, end: BackupEnd): void;
  /** What became of it later: `proven` by a drill, `forgotten` by retention. Throws `backup-unknown`. */
  mark(id: string, state: Backup["state"], reason: string | null): void;
  /** All that are there in this repository are `away` from now on; each keeps what it was. */
  putAway(repository: string, reason: string): void;
  /** Those that are away count again as what they were, in this repository. Others stay as they are. */
  takeBack(ids: readonly string[], repository: string): void;
  /** Newest first. */
  list(app?: AppDomain): Backup[];
  find(id: string): Backup | undefined;
  /** Throws `backup-unknown`. */
  get(id: string): Backup;
  newestProven(app: AppDomain): Backup | null;
}

/** Taking a backup, step by step. Every member but `prove` works on servers and may be called again. */
export interface Taking {
  /**
   * What a backup of this app would do. Throws `app-not-running`, `backup-nothing-to-keep`, `backup-no-repository`,
   * `backup-is-off`, `node-not-reached` and what a repository's row throws.
   */
  planTake(app: AppDomain): Promise<TakePlan>;
  /**
   * Runs hooks in their containers, one after the other. `isAgain`: they were begun before, and may be at work still.
   * Throws `hook-failed`, `hook-without-container`, `command-took-too-long`, `command-still-runs`.
   */
  preHooks(plan: TakePlan, run: string, options: { signal: AbortSignal; isAgain: boolean }): Promise<void>;
  /**
   * The hooks after it: all of them, whether or not one fails, which is thrown at the end. `anyway`: the backup has
   * failed already, so what a hook fails for is not told.
   */
  postHooks(
    plan: TakePlan,
    run: string,
    options: { signal: AbortSignal; isAgain: boolean; anyway?: boolean },
  ): Promise<void>;
  /**
   * Dumps of databases; and of an app that will be stopped, what can be read only while it runs. `isAgain`: it was
   * begun before, and a dump may be at work still. Throws `dump-failed`, `dump-unfinished`, `command-took-too-long`,
   * `command-still-runs`.
   */
  takeRunning(
    plan: TakePlan,
    run: string,
    options: { signal: AbortSignal; isAgain: boolean },
  ): Promise<Taken>;
  /** The volumes, node by node. `isAgain`: it was begun before, and may have left something. */
  takeVolumes(
    plan: TakePlan,
    run: string,
    options: { signal: AbortSignal; isAgain: boolean },
  ): Promise<Taken>;
  /** Ends what this run has left on the nodes, and removes its snapshots from the repository. */
  untake(plan: TakePlan, run: string, signal: AbortSignal): Promise<void>;
  /** Stopped mode: stops the app; `startAgain` starts it as it was. */
  stop(plan: TakePlan, signal: AbortSignal): Promise<void>;
  startAgain(plan: TakePlan, signal: AbortSignal): Promise<void>;
  /**
   * Whether what was taken, in one part or several, is what it should be, against the app's earlier backups. Reads the
   * database only.
   */
  prove(plan: TakePlan, run: string, parts: readonly Taken[]): BackupEnd;
}

/** Whether a repository is a new one, and what is known of it. */
export interface RepositorySight {
  isNew: boolean;
  snapshots: number;
  /** Locks that somebody holds, in words. */
  locks: string[];
  /** Backups that are away, and lie in it: it was a repository of ours before. Left out by earlier versions. */
  known?: string[];
  /** Backups that should lie in the repository of this name, and do not. Left out by earlier versions. */
  missing?: string[];
}

export interface RepositoryWish {
  name: string;
  location: string;
  server: ServerName | null;
  passwordFile: string;
  keyFile: string | null;
  credentialsFile: string | null;
}

/** Repositories: rows, and what is behind them. */
export interface RepositoryCare {
  repositories(): Repository[];
  /** Throws `repository-unknown`. */
  repository(name: string): Repository;
  /** Throws `repository-exists`, `repository-location-unknown`, `repository-file-unreadable`. */
  assertAddable(wish: RepositoryWish): void;
  /** Throws `repository-unknown`, `repository-busy`, `repository-location-unknown`, `repository-file-unreadable`. */
  assertChangeable(wish: RepositoryWish): void;
  /** The newest backup that was begun in it; null: none. Throws `repository-busy` while one is under way. */
  newestIn(name: string): string | null;
  /**
   * It is found there from now on. Throws `repository-busy` when `newest` is not the newest in it any more: that one is
   * not where the repository was looked at. Joins the open transaction.
   */
  changeRepository(
    who: string,
    repository: Omit<Repository, "addedBy" | "addedAt">,
    newest: string | null,
  ): void;
  /** sftp: the host key that the machine shows, with its line of known_hosts; null for all others. */
  probeRepository(wish: RepositoryWish): Promise<{ kind: string; fingerprint: string; line: string } | null>;
  /** Opens it, or makes a new one where there is none and `mayMake`. Throws what restic fails for. */
  openRepository(
    repository: Omit<Repository, "addedBy" | "addedAt">,
    run: string,
    mayMake: boolean,
  ): Promise<RepositorySight>;
  /** Writes it down; backups that are `known` to lie in it count again. Joins the open transaction. */
  addRepository(
    who: string,
    repository: Omit<Repository, "addedBy" | "addedAt">,
    known?: readonly string[],
  ): void;
}

/** The trade of backups, as commands and workflows see it. */
export interface Backups
  extends BackupRecords, Taking, RepositoryCare, Restoring, Reviving, Drilling, Downloading {
  /** The settings and the app's own policy together. */
  policyOf: (app: AppDomain) => BackupPolicy;
}
