import type { RecipeName, RecipeVersion } from "../core/terms.ts";
import type { CatalogueEntry } from "./catalogue/types.ts";
import type { RecipeComparison } from "./compare.ts";
import type { VersionFacts } from "./history.ts";
import type { LintReport } from "./lint/types.ts";

export type { CatalogueEntry } from "./catalogue/types.ts";
export type { Moved, RecipeComparison } from "./compare.ts";
export type { VersionFacts } from "./history.ts";
export type { Finding, LintReport, LintSubject, Severity, TryCompose } from "./lint/types.ts";

export interface RecipeSummary {
  name: RecipeName;
  /** From the README's metadata or its first sentence. */
  description: string;
  /** The newest release; null when there is none or the repository cannot be read. */
  newest: RecipeVersion | null;
  /** Path or URL, without credentials. */
  source: string;
}

export interface RecipeDetail extends RecipeSummary {
  /** Newest first. */
  versions: RecipeVersion[];
  category?: string;
  /** Settings of `.env.sample`, without values that look secret. */
  settings: { key: string; sample: string; comment?: string }[];
  readme: string;
  /** What its README says it can do (`status`, `backups`, …), by lower-case name. */
  scores: Record<string, string>;
  /** What the catalogue says of it, where there is one that knows it. */
  catalogue?: CatalogueEntry;
}

/** A recipe that was searched for. */
export interface RecipeFound extends RecipeSummary {
  category: string;
  from: "settings" | "catalogue";
}

/** The catalogue in a few numbers. */
export interface CatalogueState {
  source: string;
  count: number;
  /** Entries that could not be used. */
  passedOver: number;
  /** ms since 1970; null when it was never had. */
  fetchedAt: number | null;
  /** Why it is not as new as it should be, in a sentence; else null. */
  note: string | null;
}

/**
 * A recipe at one version, checked out for one run alone. Of a commit that is no release the version is its
 * short hash.
 */
export interface Checkout<V extends string = RecipeVersion> {
  /** Holds compose.yml: the recipe's own folder or, in a few recipes, its `deploy/`. */
  dir: string;
  version: V;
  commit: string;
  envSample: string;
  /** Release notes by version: `release/<version>`. */
  notes: Record<string, string>;
  /** Exports of abra.sh, read and never executed. */
  exports: Record<string, string>;
}

/** A commit of a recipe, whether it is a release or not. */
export interface RecipeCommit {
  commit: string;
  /** Its first eight letters, as abra writes them. */
  short: string;
  /** The first line of its message. */
  subject: string;
  /** Tags that point to it. */
  tags: string[];
}

/** How old the copy of a repository is. */
export interface Freshness {
  /** ms since 1970. */
  fetchedAt: number;
  /** A sentence for people when the repository did not answer and its old copy is used; else null. */
  stale: string | null;
}

/**
 * Recipes come from git repositories that the settings or a catalogue name: a bare mirror each, a folder of files per
 * run. Where both know a name, the settings count.
 */
export interface Recipes {
  /** From the mirrors as they are; a recipe that cannot be read is listed and says so. */
  list(): Promise<RecipeSummary[]>;
  show(name: RecipeName): Promise<RecipeDetail>;
  /**
   * Newest first, from the mirror as it is; tags that are no version are left out. Throws `recipe-unknown`.
   */
  versions(name: RecipeName): Promise<RecipeVersion[]>;
  /**
   * Asks the repository for what is new. Without an answer the old mirror goes on; without a mirror it throws
   * `recipe-unreachable`.
   */
  refresh(name: RecipeName): Promise<Freshness>;
  /**
   * The files of one version. `key` names the run: the same key gives the same folder. Asks the repository
   * once when the mirror does not know the version; throws `recipe-version-unknown` with the nearest ones.
   */
  checkout(name: RecipeName, version: RecipeVersion, key: string): Promise<Checkout>;
  /**
   * The head of the default branch as the repository has it now, or the commit whose hash begins so. Throws
   * `recipe-commit-unknown`.
   */
  commitOf(name: RecipeName, wanted?: string): Promise<RecipeCommit>;
  /** The files of a commit, as `checkout` gives those of a version. */
  checkoutCommit(name: RecipeName, commit: string, key: string): Promise<Checkout<string>>;
  /** Removes what was checked out for this key. */
  release(key: string): Promise<void>;
  /** The catalogue of the settings; null when they name none. Never throws because it cannot be had. */
  catalogue(): Promise<CatalogueState | null>;
  /** Recipes of settings and catalogue in which all words are found, best first. */
  search(words: string): Promise<{ found: RecipeFound[]; note: string | null }>;
  /** Every tag, versions newest first, then those that are no version. From the mirror as it is. */
  history(name: RecipeName): Promise<VersionFacts[]>;
  /** Two versions side by side; `to` is the newest release unless given. */
  compare(name: RecipeName, from: RecipeVersion, to?: RecipeVersion): Promise<RecipeComparison>;
  /** Looks at a version (the newest release unless given) with every rule. */
  lint(name: RecipeName, version?: RecipeVersion): Promise<LintReport>;
}
