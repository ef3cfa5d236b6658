/** The everyday care of an app: settings, secrets, restarts, commands inside, its end. All of it is JSON. */
import type { Json } from "../../core/canonical.ts";
import type { AppDomain, RecipeVersion } from "../../core/terms.ts";
import type { Replaced, StackPlan, Verdict } from "../../swarm/index.ts";

/** One setting in two states; undefined: not there. Values that look secret are null. */
export interface SettingChange {
  key: string;
  was: string | null | undefined;
  is: string | null | undefined;
}

export interface ConfigDiff {
  /** Against the settings of the last deploy that came up; null when there was none whose settings are known. */
  sinceDeploy: { at: string; changes: SettingChange[] } | null;
  /** Against the sample of the app's version, filled in for its domain. */
  againstSample: { version: RecipeVersion; changes: SettingChange[] };
}

export interface ConfigCheck {
  version: RecipeVersion;
  /** In the sample and not in the settings. */
  missing: string[];
  /** In the settings and nowhere in the sample. */
  unknown: string[];
  /** Empty, while the sample fills them. */
  empty: string[];
  /** Secrets that do not exist in the swarm yet; a deploy makes those that are to be generated. */
  secrets: { name: string; generate: boolean }[];
  /** What keeps the files from being read with these settings, in words. */
  faults: string[];
}

export interface AppConfig {
  /** The settings as they are written, secrets and all: for what reads them, never for people. */
  envOf(domain: AppDomain): string;
  /** Takes a setting away. Throws `setting-not-there`. Joins the open transaction, writes its audit row. */
  unset(who: string, domain: AppDomain, key: string): void;
  configDiff(domain: AppDomain): Promise<ConfigDiff>;
  configCheck(domain: AppDomain): Promise<ConfigCheck>;
}

export interface SecretState {
  /** The recipe's name for it, such as `db_password`; null for one that no setting speaks of any more. */
  secret: string | null;
  /** Such as `v1`. */
  version: string | null;
  /** In the swarm. */
  name: string;
  exists: boolean;
  usedBy: string[];
  /** False: somebody inserts it by hand. */
  generate: boolean;
}

/** One secret's way to its next version. */
export interface RotatePlan {
  domain: AppDomain;
  secret: string;
  setting: string;
  from: string;
  to: string;
  /** Names in the swarm. */
  oldName: string;
  newName: string;
  /** False: its value was put in by hand before. */
  generate: boolean;
  /** Services that get new containers. */
  services: string[];
  stack: StackPlan;
  hash: string;
}

export interface AppSecrets {
  /** What the recipe wants at the app's version, then what is left over. */
  secrets(domain: AppDomain): Promise<SecretState[]>;
  /** Names in the swarm that are still to be generated, of one secret or of all. Throws `secret-unknown`, … */
  secretsToMake(domain: AppDomain, secret?: string): Promise<string[]>;
  /** Generates the named ones that do not exist. Safe to call again. */
  makeSecrets(domain: AppDomain, names: readonly string[]): Promise<void>;
  /**
   * Makes one version of a secret with a value that somebody put in; `fresh` is false when it existed and was left
   * as it is. Throws `secret-unknown`.
   */
  putSecret(
    domain: AppDomain,
    secret: string,
    version: string,
    value: string,
  ): Promise<{ name: string; fresh: boolean }>;
  /** Writes nothing. `inserted`: the next version's value is there already. */
  planRotate(domain: AppDomain, secret: string, inserted: boolean): Promise<RotatePlan>;
  /** Generates the new version's value unless it was inserted. Safe to call again. */
  makeRotated(plan: RotatePlan): Promise<void>;
  /** Moves the setting; does nothing when it stands there already. Writes its audit row. */
  setSecretVersion(who: string, domain: AppDomain, setting: string, version: string): void;
  /** Throws `secret-in-use`. Safe to call again. */
  removeSecrets(domain: AppDomain, names: readonly string[]): Promise<void>;
}

/** A command to be run inside a container. */
export interface ExecAsk {
  service: string;
  /** The command and its words, or a function of the recipe's abra.sh and its words. */
  argv: string[];
  isFunction: boolean;
  user?: string;
}

export interface ExecPlan extends ExecAsk {
  domain: AppDomain;
  /** Whether another maintainer agrees first. */
  asks: boolean;
  /** As people read it. */
  words: string;
  /** Of the function's script; "" for a command. */
  scriptHash: string;
  hash: string;
}

export interface ExecEnd {
  exitCode: number;
  /** Values of secrets are taken out. */
  output: string;
  isCut: boolean;
}

/** `<service> <function> <words>` of POST_DEPLOY_CMDS or POST_UPGRADE_CMDS. */
export interface PostCommand {
  service: string;
  argv: string[];
}

export interface AppInside {
  /** Functions that the abra.sh of the app's version defines. */
  functions(domain: AppDomain): Promise<{ version: RecipeVersion; functions: string[] }>;
  /** Throws `function-unknown`, `not-running-there`, … Runs nothing. */
  planExec(domain: AppDomain, ask: ExecAsk): Promise<ExecPlan>;
  /** Throws `plan-changed` when the function's script is another one by now. A non-zero exit code is an answer. */
  exec(plan: ExecPlan, signal: AbortSignal): Promise<ExecEnd>;
}

/** A file's way, as it will be asked about. JSON: it is kept in the journal. */
export interface CopyPlan {
  domain: AppDomain;
  service: string;
  /** Where the file is, or will be: what people said, with the name at its end. */
  path: string;
  /** Whether another maintainer agrees first. */
  asks: boolean;
  /** Of the file that goes in; null: one comes out. */
  bytes: number | null;
  /** Its SHA-256, as hex. */
  content: string | null;
  /** What it takes the place of; null: nothing. Left out when a file comes out. */
  replaces?: Replaced | null;
  /** Covers the place, the content, and whether something is replaced there. */
  hash: string;
}

export interface AppCopying {
  /**
   * Writes nothing. `put`: the parcel that goes in. Throws `parcel-unknown`, `path-is-folder`, `path-not-there`,
   * `not-running-there`, …
   */
  planCopy(
    domain: AppDomain,
    what: { service: string; path: string; put?: string | undefined },
  ): Promise<CopyPlan>;
  /** Keeps a file of the container as a parcel, under the step's key. Throws `path-not-there`, `file-too-large`. */
  copyOut(plan: CopyPlan, key: string): Promise<{ name: string; bytes: number; parcel: string }>;
  /**
   * Writes the parcel of the plan into the container. Throws `parcel-unknown`, and `parcel-changed` when it holds
   * another content by now.
   */
  copyIn(plan: CopyPlan, put: string): Promise<void>;
}

/** What the last words about an app name. */
export interface Remains {
  services: string[];
  volumes: string[];
  secrets: string[];
}

export interface AppLife {
  /** A plan that makes new containers of one service or of all. Throws `stack-unknown`. */
  planRestart(domain: AppDomain, service: string | null): Promise<StackPlan>;
  /** Sends a plan made from what runs. Safe to call again. */
  applyLive(domain: AppDomain, plan: StackPlan, by: { run: string; askedBy: string | null }): Promise<void>;
  verdictLive(domain: AppDomain, plan: StackPlan, options: { signal: AbortSignal }): Promise<Verdict>;
  restoreLive(domain: AppDomain, plan: StackPlan): Promise<void>;
  /**
   * Takes everything of it off its server. Safe to call again. `unseen`: nodes of which people know that they cannot be
   * asked for volumes; with any other one it is not done.
   */
  removeStack(domain: AppDomain, options: { unseen: readonly string[]; signal: AbortSignal }): Promise<void>;
  /** Deletes its row, settings, proposals and forms; history and audit stay. Joins the open transaction. */
  forget(domain: AppDomain): void;
  /** An audit row about the app in a run's name. Joins the open transaction. */
  note(
    domain: AppDomain,
    run: { id: string; askedBy: string | null },
    what: string,
    details: NoteDetails,
  ): void;
}

export type NoteDetails = Record<string, Json>;

export type AppCare = AppConfig & AppSecrets & AppInside & AppCopying & AppLife;
