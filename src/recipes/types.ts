import type { RecipeName, RecipeVersion } from "../core/terms.ts";

export interface RecipeSummary {
  name: RecipeName;
  /** From the README's metadata or its first sentence. */
  description: string;
  newest: RecipeVersion | null;
  source: string;
}

export interface RecipeDetail extends RecipeSummary {
  /** Newest first. */
  versions: RecipeVersion[];
  category?: string;
  /** Settings of `.env.sample`, without values that look secret. */
  settings: { key: string; sample: string; comment?: string }[];
  readme: string;
}

/** A recipe at one version, checked out for one run alone. */
export interface Checkout {
  dir: string;
  version: RecipeVersion;
  commit: string;
  envSample: string;
  /** Release notes by version: `release/<version>`. */
  notes: Record<string, string>;
  /** Exports of abra.sh, read and never executed. */
  exports: Record<string, string>;
}

/** Recipes come from git repositories named in the settings: a bare mirror each, a worktree per run. */
export interface Recipes {
  list(): Promise<RecipeSummary[]>;
  show(name: RecipeName): Promise<RecipeDetail>;
  versions(name: RecipeName): Promise<RecipeVersion[]>;
  /** `key` names the run: the same key gives the same folder. */
  checkout(name: RecipeName, version: RecipeVersion, key: string): Promise<Checkout>;
  release(key: string): Promise<void>;
}
