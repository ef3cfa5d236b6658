import type { AppDomain, RecipeName, RecipeVersion, ServerName } from "../core/terms.ts";
import type { RecipeCommit } from "../recipes/types.ts";
import type {
  ServiceChange,
  ServiceRow,
  StackPlan,
  StackSnapshot,
  StackSpecs,
  StackVolume,
  TaskRow,
  Verdict,
} from "../swarm/types.ts";
import type { AppCare, PostCommand } from "./care/types.ts";

export interface App {
  domain: AppDomain;
  recipe: RecipeName;
  /** The version last deployed or pinned; null before the first deploy of an app without a pin. */
  version: RecipeVersion | null;
  server: ServerName;
  stack: string;
  /** Short name of a member. */
  createdBy: string;
  createdAt: string;
  /** Which upgrades happen by themselves. */
  policy: UpgradePolicy;
  /** The room in which it was asked for: upgrades are proposed there. */
  room: string | null;
}

/** A new major version always waits for a person. */
export type UpgradePolicy = "manual" | "patch" | "minor";

/** A deploy as it will be asked about. JSON: it is kept in the journal. */
export interface DeployPlan extends StackPlan {
  domain: AppDomain;
  recipe: RecipeName;
  /** The version that runs now, as its label says; null when nothing runs or it does not say. */
  from: RecipeVersion | null;
  to: RecipeVersion;
  /** The commit that is deployed in place of a release (`--chaos`); null: the release `to`. */
  chaos: RecipeCommit | null;
  /** Release notes of every version between, joined. */
  notes: string;
  /** Secrets that will be generated, by name. */
  newSecrets: string[];
  /** What the recipe wants run in its containers once it is up; left out when there is nothing. */
  after?: PostCommand[];
  /** Where the app can be opened afterwards, as far as its files say: its domain, or a published port. */
  opensAt: string | null;
  /**
   * Over the recipe's files at this version and the app's settings: `deploy` refuses when it is another one
   * by then.
   */
  inputHash: string;
  /** The hash of the stack's plan alone; `hash` covers it, the version, the settings and the new secrets. */
  stackHash: string;
}

export interface DeployRecord {
  id: number;
  app: AppDomain;
  run: string;
  version: RecipeVersion | null;
  /** The commit that was deployed in place of a release. */
  chaos: string | null;
  askedBy: string | null;
  outcome: "running" | "converged" | "failed" | "rolled back" | "restored";
  reason: string | null;
  startedAt: string;
  finishedAt: string | null;
  /** As they were sent; values of settings that look secret are `•••`. */
  specs: StackSpecs;
}

/** An app as it leaves for abra's folder. */
export interface ExportedApp {
  domain: AppDomain;
  server: ServerName;
  recipe: RecipeName;
  version: RecipeVersion | null;
  /** The commit that was deployed last, when it was no release: its first eight letters. */
  chaos: string | null;
  env: string;
}

/** A move as it will be asked about. JSON: it is kept in the journal. */
export interface MovePlan {
  domain: AppDomain;
  from: ServerName;
  to: ServerName;
  /** What is deployed there: the version that runs here. */
  there: DeployPlan;
  /** What runs here, for the way back. */
  here: StackSnapshot;
  /** What goes along; empty when the data stays behind. */
  volumes: StackVolume[];
  /** Volumes that stay behind. */
  left: string[];
  /** The swarm there has several nodes, and the data is put on one of them. */
  isSpread: boolean;
  /** How what is deployed there differs from what runs here; null when that could not be worked out. */
  diff: string | null;
  hash: string;
}

/** How an app's page answered, in sentences. */
export interface SeenOutside {
  isAlive: boolean;
  lines: string[];
}

/** An app that runs on a server, by its labels alone. */
export interface FoundApp {
  server: ServerName;
  stack: string;
  /** From the rule that it gives to traefik, or its setting DOMAIN; null when neither says. */
  domain: AppDomain | null;
  recipe: RecipeName | null;
  version: RecipeVersion | null;
  /** The label as it is written, whether it is a version or not. */
  versionLabel: string | null;
  /** The commit that runs in place of a release. */
  chaos: string | null;
  services: string[];
}

/**
 * What taking an app over would mean. Nothing of its settings' values is in it: it goes into the journal and
 * into a question.
 */
export interface Adoption {
  domain: AppDomain;
  server: ServerName;
  stack: string;
  recipe: RecipeName;
  version: RecipeVersion | null;
  chaos: string | null;
  /** Where the settings come from: a file that was handed in, the running service, or only the sample. */
  settingsFrom: "file" | "service" | "sample";
  settings: number;
  services: string[];
  /** What was not understood or needs a look, in sentences. */
  remarks: string[];
  /** What a deploy of this version would change now; null when that could not be worked out. */
  changes: ServiceChange[] | null;
  diff: string;
  /** Over everything that is written down at the end, values of settings included. */
  hash: string;
}

export interface AppStatus {
  app: App;
  state: "running" | "starting" | "down" | "unknown";
  newest: RecipeVersion | null;
  /** What runs there, as its label says; null when nothing does or it does not say. */
  runs?: RecipeVersion | null;
  /** Why the state is unknown, in words. */
  away?: string;
}

/** An app as a backup tells of it, before it has a row: enough to deploy it. */
export interface Revival {
  domain: AppDomain;
  stack: string;
  server: ServerName;
  recipe: RecipeName;
  version: RecipeVersion;
  /** All settings as text. */
  env: string;
  /** By service: what ran when the backup was taken. */
  images: Record<string, string>;
  /** Secrets that are made from the backup before the deploy, by name. */
  secrets: string[];
}

/** What an app's row said before it was brought up elsewhere; null: there was no row. */
export type FormerRow = { server: string; env: string; version: string | null; stack: string } | null;

export interface AppRevival {
  /** The stack of a domain. Throws `app-domain-too-long`. */
  stackNameOf(domain: AppDomain): string;
  /** What bringing it up would do; nothing is written. Throws `move-stack-there`, and what planning throws. */
  planRevival(revival: Revival, key: string): Promise<DeployPlan>;
  /** Makes the secrets that neither the backup nor the server has. Throws `plan-changed`. */
  readyRevival(revival: Revival, plan: DeployPlan, key: string): Promise<void>;
  /** What its row says now; null: there is none. */
  formerRow(domain: AppDomain): FormerRow;
  /**
   * Writes its row, once per run; one of the same app is moved to where it is now. Joins the open transaction, writes
   * its audit row. Throws `app-exists`.
   */
  revive(
    revival: Revival,
    run: { id: string; askedBy: string | null },
    from: { app: AppDomain; backup: string },
  ): void;
  /** The undo of `revive`; what this run has not written is left alone. */
  unrevive(domain: AppDomain, run: { id: string; askedBy: string | null }, former: FormerRow): void;
}

export interface AdoptionWish {
  domain: AppDomain;
  server?: ServerName | undefined;
  recipe?: RecipeName | undefined;
}

/**
 * Apps: their rows, their settings and their way onto the swarm. Synchronous members read or write the
 * database only.
 */
export interface Apps extends AppCare, AppRevival {
  list(): App[];
  find(domain: AppDomain): App | undefined;
  /** Throws `app-unknown` with the nearest domain. */
  get(domain: AppDomain): App;
  /**
   * Registers an app with the recipe's sample settings (DOMAIN set). Joins the open transaction, writes its
   * audit row.
   */
  create(
    who: string,
    app: {
      domain: AppDomain;
      recipe: RecipeName;
      server: ServerName;
      env: string;
      version: RecipeVersion | null;
      room?: string | null;
      /** The stack that runs already; else it is named after the domain. */
      stack?: string;
      /** It ran before it was known here. */
      isAdopted?: boolean;
    },
  ): App;
  /** Every app with its settings as text, for whoever may read the database anyway. */
  exported(): ExportedApp[];
  /**
   * Apps that run on the servers (or on one) and are not known here. Servers that did not answer are named;
   * one that is asked for by name throws.
   */
  found(server?: ServerName): Promise<{ apps: FoundApp[]; silent: { server: ServerName; why: string }[] }>;
  /**
   * What taking over an app would mean, with the proof: a plan of what runs already. Writes nothing. Throws
   * `app-exists`, `app-not-found-running`, `app-recipe-unsaid` and what planning throws.
   */
  understand(wanted: AdoptionWish, key: string): Promise<Adoption>;
  /**
   * Writes down an app that was understood, once; throws `plan-changed` when what runs or its file is another
   * by now.
   */
  adopt(adoption: Adoption, who: string, room: string | null, key: string): Promise<App>;
  /** Forgets an app that this adoption wrote down: its undo. What runs is not touched. */
  unadopt(adoption: Adoption, who: string): void;
  /**
   * The sample settings of a recipe, filled in for a domain; checks that the app can be, and that recipe and
   * version exist.
   */
  prepare(
    domain: AppDomain,
    recipe: RecipeName,
    version?: RecipeVersion,
  ): Promise<{ env: string; version: RecipeVersion | null }>;
  /** The app's settings in order, the last line of a key alone; a value that looks secret is null. */
  settings(domain: AppDomain): { key: string; value: string | null }[];
  /**
   * Changes one setting; it counts from the next deploy on. Joins the open transaction, writes its audit row.
   */
  set(who: string, domain: AppDomain, key: string, value: string): void;
  /** Says which upgrades happen by themselves. Joins the open transaction, writes its audit row. */
  setPolicy(who: string, domain: AppDomain, policy: UpgradePolicy): void;
  /**
   * `key` names the run's step. Without a version: the app's own, else the newest release. Writes nothing.
   */
  planDeploy(
    domain: AppDomain,
    version: RecipeVersion | undefined,
    key: string,
    options?: {
      /** A commit in place of a release: the one whose hash begins so, or the head of the default branch. */
      chaos?: string | true;
      /** Warn when the app's names do not lead to its server. */
      checkDomains?: boolean;
    },
  ): Promise<DeployPlan>;
  /**
   * Generates the missing secrets, then applies the plan. Throws `plan-changed` when settings or services
   * differ from the plan's.
   */
  deploy(plan: DeployPlan, key: string): Promise<void>;
  /**
   * After a deploy that was broken off: whether anything of it was written. `isByOthers`: it was broken off because
   * somebody else has changed what runs, so that a difference alone shows nothing.
   */
  hasBegun(plan: DeployPlan, options: { isByOthers: boolean }): Promise<boolean>;
  /**
   * What runs now, in place of the `before` of a plan that was made a while ago. A server that is away is waited for.
   * Throws `plan-changed` when what runs is not what the plan was made for.
   */
  snapshotFor(plan: DeployPlan, signal: AbortSignal): Promise<StackSnapshot>;
  /** Waits for the server of an app that is away, as a deploy does. Throws once it has been away for too long. */
  awaitServer(domain: AppDomain, signal: AbortSignal): Promise<void>;
  verdict(
    plan: DeployPlan,
    options: { signal: AbortSignal; progress?: (line: string) => void },
  ): Promise<Verdict>;
  restore(plan: DeployPlan): Promise<void>;
  /** Asks for the app's page as others would; null when it has none or nothing is asked from here. */
  lookFromOutside(plan: DeployPlan, signal: AbortSignal): Promise<SeenOutside | null>;
  /**
   * What moving an app to another server would do; nothing is written. Throws `move-to-same-server`,
   * `move-not-running`, `move-stack-there`, `volume-taken` and what planning there throws.
   */
  planMove(domain: AppDomain, to: ServerName, options: { data: boolean }, key: string): Promise<MovePlan>;
  /** Stops it here, so that its data is at rest; `restart` starts it again as it was. */
  halt(plan: MovePlan, signal: AbortSignal): Promise<void>;
  restart(plan: MovePlan): Promise<void>;
  /** Copies the volumes, each as a whole; safe to call again. `uncopyVolumes` removes what was made there. */
  copyVolumes(plan: MovePlan, run: string, signal: AbortSignal): Promise<void>;
  uncopyVolumes(plan: MovePlan, run: string): Promise<void>;
  /** Makes the secrets that are missing there and sends the services; `clearThere` takes them off again. */
  deployThere(plan: MovePlan, key: string): Promise<void>;
  clearThere(plan: MovePlan): Promise<void>;
  verdictThere(plan: MovePlan, options: { signal: AbortSignal }): Promise<Verdict>;
  /** Writes down where the app is now, once; `false` that it has stayed. Joins the open transaction. */
  recordMove(plan: MovePlan, run: string, who: string | null, isMoved: boolean): void;
  /** Takes the halted services off the old server; its volumes and secrets stay. */
  clearHere(plan: MovePlan, signal: AbortSignal): Promise<void>;
  /** `unseen`: nodes of which people know that they cannot be asked for volumes; with any other one it is not done. */
  undeploy(
    domain: AppDomain,
    options: { volumes: boolean; unseen?: readonly string[]; signal: AbortSignal },
  ): Promise<void>;
  belongings(
    domain: AppDomain,
  ): Promise<{ volumes: string[]; secrets: string[]; unseen: string[]; services: string[] }>;
  /**
   * Opens the run's record in the deploy history; the same run has one record per app. Joins the open
   * transaction.
   */
  beginRecord(plan: DeployPlan, run: string, askedBy: string | null): number;
  /**
   * Closes the run's record; one that is closed stays as it is, one that was never opened is none.
   * `converged` pins the app to the version. Joins the open transaction, writes its audit row.
   */
  endRecord(
    domain: AppDomain,
    run: string,
    end: { outcome: Exclude<DeployRecord["outcome"], "running">; reason: string | null },
  ): void;
  /** Writes down who took the app off its server. Joins the open transaction. */
  recordUndeploy(domain: AppDomain, run: string, who: string | null, volumes: readonly string[]): void;
  /** Newest first. */
  history(domain: AppDomain): DeployRecord[];
  services(domain: AppDomain): Promise<ServiceRow[]>;
  tasks(domain: AppDomain): Promise<TaskRow[]>;
  logs(domain: AppDomain, options?: { service?: string; lines?: number }): Promise<string[]>;
  /**
   * All apps with what runs of them, asked of the server at once; a server that does not answer is said, not
   * thrown.
   */
  status(): Promise<AppStatus[]>;
}

export type * from "./care/types.ts";
export type { StackSnapshot };
