import type { AppDomain, RecipeName, RecipeVersion, ServerName } from "../core/terms.ts";
import type { ServiceRow, StackPlan, StackSnapshot, StackSpecs, TaskRow, Verdict } from "../swarm/types.ts";

export interface App {
  domain: AppDomain;
  recipe: RecipeName;
  version: RecipeVersion | null;
  server: ServerName;
  stack: string;
  createdBy: string;
  createdAt: string;
}

/** A deploy as it will be asked about. JSON: it is kept in the journal. */
export interface DeployPlan extends StackPlan {
  domain: AppDomain;
  recipe: RecipeName;
  from: RecipeVersion | null;
  to: RecipeVersion;
  /** Release notes of every version between, joined. */
  notes: string;
  /** Secrets that will be generated, by name. */
  newSecrets: string[];
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
  specs: StackSpecs;
}

/** Apps: their rows, their settings and their way onto the swarm. Synchronous members read or write the database only. */
export interface Apps {
  list(): App[];
  find(domain: AppDomain): App | undefined;
  /** Throws `app-unknown` with the nearest domain. */
  get(domain: AppDomain): App;
  /** Registers an app with the recipe's sample settings (DOMAIN set). Joins the open transaction, writes its audit row. */
  create(
    who: string,
    app: {
      domain: AppDomain;
      recipe: RecipeName;
      server: ServerName;
      env: string;
      version: RecipeVersion | null;
    },
  ): App;
  /** The sample settings of a recipe, filled in for a domain; checks that recipe and version exist. */
  prepare(
    domain: AppDomain,
    recipe: RecipeName,
    version?: RecipeVersion,
  ): Promise<{ env: string; version: RecipeVersion | null }>;
  planDeploy(domain: AppDomain, version: RecipeVersion | undefined, key: string): Promise<DeployPlan>;
  /** Generates the missing secrets, then applies the plan. Throws `plan-changed` when settings or services differ from the plan's. */
  deploy(plan: DeployPlan, key: string): Promise<void>;
  verdict(
    plan: DeployPlan,
    options: { signal: AbortSignal; progress?: (line: string) => void },
  ): Promise<Verdict>;
  restore(plan: DeployPlan): Promise<void>;
  undeploy(domain: AppDomain, options: { volumes: boolean; signal: AbortSignal }): Promise<void>;
  belongings(domain: AppDomain): Promise<{ volumes: string[]; secrets: string[]; services: string[] }>;
  /** Records for the deploy history; each joins the open transaction. */
  beginRecord(plan: DeployPlan, run: string, askedBy: string | null): number;
  endRecord(
    id: number,
    outcome: DeployRecord["outcome"],
    reason: string | null,
    version: RecipeVersion | null,
  ): void;
  history(domain: AppDomain): DeployRecord[];
  services(domain: AppDomain): Promise<ServiceRow[]>;
  tasks(domain: AppDomain): Promise<TaskRow[]>;
  logs(domain: AppDomain, options?: { service?: string; lines?: number }): Promise<string[]>;
  /** All apps with what runs of them, asked of the server at once; a server that does not answer is said, not thrown. */
  status(): Promise<
    { app: App; state: "running" | "starting" | "down" | "unknown"; newest: RecipeVersion | null }[]
  >;
}

export type { StackSnapshot };
