import type { Problem } from "../../core/problem.ts";
import type { CatalogueEntry } from "../catalogue/types.ts";
import type { EnvEntry } from "../env-file.ts";
import type { RecipeFiles } from "../tree.ts";
import type { YamlFile } from "../yaml.ts";

/** `error` fails a release and the exit code; `warn` should be looked at; `info` is good to know. */
export type Severity = "error" | "warn" | "info";

/** What is looked at: a version out of a mirror, or a maintainer's working copy. */
export interface LintSubject {
  /** Its name where it is known. */
  recipe: string | null;
  /** The tag that is looked at; null for a working copy. */
  version: string | null;
  files: RecipeFiles;
  /** The tags of the repository; null when there is none. */
  tags: readonly { name: string; isAnnotated: boolean }[] | null;
  /** The version before this one; null when there is none. */
  previous: { version: string; files: RecipeFiles } | null;
  /** What the catalogue says; null when none is named in the settings or it cannot be had. */
  catalogue: { source: string; entry: CatalogueEntry | null } | null;
  /**
   * Reads the compose files of these names as a deploy would and gives back the problem that it would have. Handed
   * in, because recipes know nothing of the swarm.
   */
  tryCompose?: TryCompose | undefined;
}

export type TryCompose = (
  names: readonly string[],
  files: RecipeFiles,
  env: Record<string, string>,
) => Problem | null;

/** A service in one compose file; an overlay adds to the one of the same name in compose.yml. */
export interface ServicePart {
  service: string;
  file: YamlFile;
  content: Record<string, unknown>;
}

/** The subject with everything parsed that rules ask for. */
export interface LookedAt extends LintSubject {
  /** `compose*.yml` that could be read, compose.yml first. */
  compose: readonly YamlFile[];
  /** Why a compose file could not be read. */
  unreadable: readonly { path: string; reason: string }[];
  parts: readonly ServicePart[];
  sample: readonly EnvEntry[];
  exports: ReadonlyMap<string, string>;
  /** Sample settings, exports and a stand-in for STACK_NAME: what fills the variables. */
  env: ReadonlyMap<string, string>;
}

/** One place where a rule is not kept. */
export interface Hit {
  /** File and line, such as `compose.yml:12`; empty when it is about the recipe as a whole. */
  where: string;
  what: string;
}

export interface Rule {
  /** `R…` as in abra, `T…` of our own. */
  id: string;
  severity: Severity;
  /** What it asks for. */
  asks: string;
  fix: string;
  /** The places where it is not kept; or why it could not be looked at. */
  check(recipe: LookedAt): Hit[] | { skipped: string };
}

export interface Finding extends Hit {
  rule: string;
  severity: Severity;
  fix: string;
}

export interface LintReport {
  recipe: string | null;
  version: string | null;
  /** Errors first, then by rule. */
  findings: Finding[];
  /** Rules that could not be looked at, and why. */
  skipped: { rule: string; why: string }[];
  counts: Record<Severity, number>;
  /** False when a rule of severity error is not kept. */
  ok: boolean;
}
