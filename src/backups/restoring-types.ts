/** What restoring, drilling and handing out work with. JSON, without a value of a secret or a setting that looks so. */
import type { DeployPlan, FormerRow, SeenOutside } from "../apps/types.ts";
import type { AppDomain, RecipeName, RecipeVersion, ServerName } from "../core/terms.ts";
import type { StackSnapshot, Verdict } from "../swarm/types.ts";
import type { Readable } from "node:stream";
import type { Backup, DatabaseKind, Hook } from "./types.ts";

/** A volume and where its data is. */
export interface PlacedVolume {
  /** As it is called where it is brought back. */
  into: string;
  /** The id of the node that holds it; null: the one that is asked. */
  node: string | null;
}

/** A volume as it is brought back. */
export interface RestoredVolume extends PlacedVolume {
  /** As it was called when it was backed up: its place in the snapshot. */
  name: string;
  short: string;
  service: string;
  /** Only these, relative to the volume: the rest of it stays as it is. Null: all of it, and it is emptied first. */
  paths: string[] | null;
  /** The snapshot that holds it. */
  snapshot: string;
  /** It is brought back while its service runs, because a database must have made its files before. */
  isLive: boolean;
}

/** A database that Tandem has dumped itself, read back into its service. */
export interface RestoredDump {
  service: string;
  kind: DatabaseKind;
  file: string;
  snapshot: string;
  /** Volumes that the dump stands for: they are emptied, and its service makes them anew. */
  replaces: PlacedVolume[];
}

/** What is brought back, and where. */
export interface DataPlan {
  app: AppDomain;
  backup: string;
  repository: string;
  server: ServerName;
  stack: string;
  volumes: RestoredVolume[];
  preHooks: Hook[];
  postHooks: Hook[];
  dumps: RestoredDump[];
  /** What is up before the others, because something is replayed in it. Empty: all start at once. */
  first: string[];
}

/** One path of one volume, or one volume, or everything. */
export interface DataWish {
  app: AppDomain;
  backup: string;
  volume?: string | undefined;
  /** Relative to the volume. */
  path?: string | undefined;
}

/** The data of an app that runs goes back to what it was. */
export interface RestoreDataPlan extends DataPlan {
  /** What runs now: it is started again with the old data. */
  here: StackSnapshot;
  /** What the backup holds and nobody puts back, in sentences. */
  left: string[];
  /** One volume or path is brought back: where the app has its other data. Left out by earlier versions: not known. */
  others?: PlacedVolume[] | undefined;
  timeoutSeconds: number;
}

/** What people have to know before they agree. */
export interface RestoreFacts {
  takenAt: string;
  ageHours: number;
  state: Backup["state"];
  reason: string | null;
  /** The version whose data it is, and the one that runs. */
  version: RecipeVersion | null;
  runs: RecipeVersion | null;
  bytes: number | null;
  /** Later backups of the same app, newest first: what they hold and this one does not is gone. */
  newer: string[];
}

/** A volume that data is put into. */
export interface PutVolume extends Pick<RestoredVolume, "short" | "service" | "into" | "node"> {
  /** False: there was none when it was planned, so it is made. */
  isThere: boolean;
}

/** What a restore of one volume or one path has put where, and the backup of what was there before. */
export interface WayBackWish extends DataWish {
  put: PutVolume[];
  others?: PlacedVolume[] | undefined;
}

/** How a part goes back to the present. */
export type WayBack =
  /** The present has it: it is brought back like any other part; without a volume all of it, to where the app runs. */
  { kind: "bring"; part: { volume?: string; path?: string } } | TakeOut;

/** Nothing was there before: what was put there is taken out again. */
export interface TakeOut {
  kind: "take out";
  /** Without paths: volumes that were not there at all. */
  data: RestoreDataPlan;
  /** Above the path and not in the present, relative to the volume, innermost first: gone unless something is in it. */
  folders: string[];
}

export interface RestorePlan {
  kind: "here";
  app: AppDomain;
  backup: string;
  server: ServerName;
  facts: RestoreFacts;
  /** In words: `data (whole)`, `db-data (backup.sql)`. */
  overwritten: string[];
  hooks: Hook[];
  warnings: string[];
  put: PutVolume[];
  others?: PlacedVolume[] | undefined;
  hash: string;
}

/** A secret whose value is read from the snapshot. */
export interface RestoredSecret {
  name: string;
  /** Under the new stack. */
  into: string;
  snapshot: string;
  file: string;
}

/** An app brought up from a backup: where it was not, under another domain, or both; or for a drill. */
export interface RevivePlan {
  kind: "anew";
  data: DataPlan;
  deploy: DeployPlan;
  facts: RestoreFacts;
  domain: AppDomain;
  recipe: RecipeName;
  version: RecipeVersion;
  /** Where the backup was taken. */
  from: { app: AppDomain; server: ServerName };
  secrets: RestoredSecret[];
  /** Every volume that will be made there. */
  made: string[];
  images: Record<string, string>;
  warnings: string[];
  /** The row of this very app, which moves to the other server with its data. */
  isKnown: boolean;
  /** The row of this very app, of which nothing is on its server any more: it comes back there. */
  isBack?: boolean;
  isSpread: boolean;
  hash: string;
}

export interface RestoreWish {
  app: AppDomain;
  backup?: string | undefined;
  volume?: string | undefined;
  path?: string | undefined;
  to?: ServerName | undefined;
  as?: AppDomain | undefined;
}

/** What was counted and compared after a volume was filled. */
export interface Compared {
  volume: string;
  files: number;
  bytes: number;
}

/** What has been filled, and how much of what is brought back later lies in the snapshots, by `into` of its volume. */
export interface Filled {
  compared: Compared[];
  ahead: Record<string, Pick<Compared, "files" | "bytes">>;
}

/** A drill as it was written down. */
export interface Drill {
  /** The id of the run. */
  id: string;
  app: AppDomain;
  backup: string;
  /** `cancelled`: somebody ended it; `undecided`: the ground was in its way. Both show nothing about the backup. */
  outcome: "running" | "passed" | "failed" | "cancelled" | "undecided";
  reason: string | null;
  startedAt: string;
  endedAt: string | null;
  proof: string[];
}

export interface DrillEnd extends Pick<Drill, "reason" | "proof"> {
  outcome: Exclude<Drill["outcome"], "running">;
}

/** What a drill that passed means for a backup that was doubtful, and why. */
export interface DrillMeaning {
  state: "proven" | "doubtful";
  reason: string | null;
}

/** Bringing data back. Every member may be called again for the same run. */
export interface Restoring {
  /** The backup that is meant: the one that is named, else the newest proven one. Throws `backup-unknown`,
   * `backup-of-another`, `backup-none`, `backup-not-restorable`. */
  chosen(app: AppDomain, backup: string | undefined): Backup;
  /** What restoring would do; reads the repository and the server, writes nothing. */
  planRestore(wish: RestoreWish, run: string): Promise<RestorePlan | RevivePlan>;
  planData(wish: DataWish, run: string): Promise<RestoreDataPlan>;
  /**
   * How a volume or a path goes back to the present, which may not have it. Throws `restore-volume-unknown` and
   * `restore-path-unknown` where the backup of the present does not show whether anything was there.
   */
  planWayBack(wish: WayBackWish, run: string): Promise<WayBack>;
  /** Of an app that is at rest: what was put where nothing was goes, and nothing else. */
  takeOut(way: TakeOut, run: string, signal: AbortSignal): Promise<void>;
  /** In containers that run. Answers which could not be run for want of one, in words. */
  runRestorePreHooks(plan: DataPlan, signal: AbortSignal): Promise<string[]>;
  /** Throws `restore-no-room` before anything is stopped. */
  assertRoom(plan: DataPlan, run: string, signal: AbortSignal): Promise<void>;
  haltForRestore(plan: RestoreDataPlan, signal: AbortSignal): Promise<void>;
  /** Starts what is named as it was; without names all of it. */
  startAsBefore(plan: RestoreDataPlan, services?: readonly string[]): Promise<void>;
  /**
   * Empties and fills the volumes of an app that is at rest. Refuses with `restore-no-room` before anything is
   * emptied. `compare` counts afterwards and compares every file by SHA-256.
   */
  fillVolumes(
    plan: DataPlan,
    run: string,
    options: { signal: AbortSignal; compare?: boolean },
  ): Promise<Compared[]>;
  /**
   * Brings back what is brought back while its service runs, then runs the restore hooks and reads dumps back.
   * `listed`: what `fillRevived` has seen ahead.
   */
  replay(
    plan: DataPlan,
    run: string,
    options: { signal: AbortSignal; compare?: boolean; listed?: Filled["ahead"] },
  ): Promise<{ compared: Compared[]; ran: string[] }>;
  /** Restore hooks of services that were not up when everything was replayed. Answers what ran, in words. */
  runLaterHooks(plan: DataPlan, signal: AbortSignal): Promise<string[]>;
  /**
   * How what was started again does; only the named services when there are names. Throws `restored-elsewhere` where
   * the Swarm has started something on another node than the one that has its data.
   */
  verdictRestored(
    plan: RestoreDataPlan,
    options: { signal: AbortSignal; services?: readonly string[] },
  ): Promise<Verdict>;
  /** Ends what a run has left on the nodes of a plan. Waits for a server that is away. */
  dropRestoreHelpers(plan: DataPlan, run: string, signal?: AbortSignal): Promise<void>;
}

export interface RunFacts {
  id: string;
  askedBy: string | null;
}

/** Bringing an app up from a backup alone. Every member may be called again for the same run. */
export interface Reviving {
  /** What the app's row says now; null: there is none. */
  formerRow(plan: RevivePlan): FormerRow;
  /** Writes the app's row from the manifest. */
  reviveApp(plan: RevivePlan, run: RunFacts): Promise<void>;
  unreviveApp(plan: RevivePlan, run: RunFacts, former: FormerRow): void;
  reviveSecrets(plan: RevivePlan, run: string, signal: AbortSignal): Promise<void>;
  /** As `reviveSecrets` and `fillVolumes` together, in less time; looks ahead for what is replayed. */
  fillRevived(
    plan: RevivePlan,
    run: string,
    options: { signal: AbortSignal; compare?: boolean },
  ): Promise<Filled>;
  dropSecrets(plan: RevivePlan): Promise<void>;
  /** Volumes that this plan has made. */
  dropMadeVolumes(plan: RevivePlan): Promise<void>;
  deployRevived(plan: RevivePlan, key: string): Promise<void>;
  /** Starts what was held until its database was there. */
  beginRest(plan: RevivePlan): Promise<void>;
  /** Throws `restored-elsewhere`. */
  verdictRevived(plan: RevivePlan, options: { signal: AbortSignal; first?: boolean }): Promise<Verdict>;
  clearRevived(plan: RevivePlan, signal?: AbortSignal): Promise<void>;
  lookAtRevived(plan: RevivePlan, signal: AbortSignal): Promise<SeenOutside | null>;
}

export interface Drilling {
  /**
   * A throw-away stack from the backup: other names, a network of its own, nothing published. Throws
   * `restore-would-be-empty` where it would show nothing.
   */
  planDrill(app: AppDomain, backup: string | undefined, run: string): Promise<RevivePlan>;
  /** Everything that a drill has made, by the run alone. Waits for a server that is away. */
  clearDrill(plan: RevivePlan, run: string, signal?: AbortSignal): Promise<void>;
  /** Joins the open transaction. */
  beginDrill(run: string, app: AppDomain, backup: string): void;
  /**
   * Closes it once. One that passes makes a doubtful backup proven where it answers what that is doubted for; null:
   * there was nothing to answer. Joins the open transaction.
   */
  endDrill(run: string, end: DrillEnd, askedBy: string | null): DrillMeaning | null;
  /** Newest first. */
  drills(app?: AppDomain): Drill[];
  /**
   * When the restore of an app, or of one backup, was tried out last and what was found, in sentences. One that was
   * cancelled since is named after it, and takes nothing back.
   */
  drillWords(about: { app: AppDomain; backup?: string }): string[];
  /** Apps whose turn it is today, each with the backup that is tried. One that showed nothing is no turn. */
  drillsDue(): { app: AppDomain; backup: string }[];
}

/** What of a backup is handed out, and how. */
export interface DownloadWish {
  backup: string;
  /** Only this one, by its short name. */
  volume?: string | undefined;
  /** Not encrypted, and without the values of secrets. */
  plain: boolean;
}

export interface Download extends DownloadWish {
  app: AppDomain;
  /** Short name of the one person. */
  member: string;
  /** The name of the file. */
  name: string;
}

/** Handing a backup out. Allowing is in the audit; links are in memory, each works once. */
export interface Downloading {
  /** Joins the open transaction, writes the audit row. */
  allowDownload(wish: DownloadWish, run: RunFacts): void;
  isDownloadAllowed(member: string, wish: DownloadWish): boolean;
  /** A link, and the passphrase that is shown with it once; null: nothing is encrypted. Throws `download-spent`. */
  downloadLink(member: string, wish: DownloadWish): { link: string; passphrase: string | null; name: string };
  /** What a link is for, if it still counts. Spends nothing. */
  findDownload(token: string): Download | undefined;
  /**
   * Uses the link up and answers the file as it comes. What fails before its first bytes is thrown, and the link counts
   * on. Throws `download-spent` and what restic failed for.
   */
  openDownload(token: string): Promise<{ name: string; stream: Readable }>;
}
