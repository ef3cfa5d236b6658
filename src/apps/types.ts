import type { AppDomain, RecipeName, RecipeVersion, ServerName } from "../core/terms.ts";
import type { AppCare, PostCommand } from "./care/types.ts";
import type { ServiceRow, StackPlan, StackSnapshot, StackSpecs, TaskRow, Verdict } from "../swarm/types.ts";

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
  askedBy: string | null;
  outcome: "running" | "converged" | "failed" | "rolled back" | "restored";
  reason: string | null;
  startedAt: string;
  finishedAt: string | null;
  /** As they were sent; values of settings that look secret are `•••`. */
  specs: StackSpecs;
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

/**
 * Apps: their rows, their settings and their way onto the swarm. Synchronous members read or write the
 * database only.
 */
export interface Apps extends AppCare {
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
    },
  ): App;
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
  /**
   * `key` names the run's step. Without a version: the app's own, else the newest release. Writes nothing.
   */
  planDeploy(domain: AppDomain, version: RecipeVersion | undefined, key: string): Promise<DeployPlan>;
  /**
   * Generates the missing secrets, then applies the plan. Throws `plan-changed` when settings or services
   * differ from the plan's.
   */
  deploy(plan: DeployPlan, key: string): Promise<void>;
  verdict(
    plan: DeployPlan,
    options: { signal: AbortSignal; progress?: (line: string) => void },
  ): Promise<Verdict>;
  restore(plan: DeployPlan): Promise<void>;
  undeploy(domain: AppDomain, options: { volumes: boolean; signal: AbortSignal }): Promise<void>;
  belongings(domain: AppDomain): Promise<{ volumes: string[]; secrets: string[]; services: string[] }>;
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
