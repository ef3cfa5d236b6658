import type { Message } from "../chat/message.ts";
import type { Duration } from "../core/clock.ts";
import type { AppDomain, RecipeName, RecipeVersion } from "../core/terms.ts";
import type { DeployPlan, UpgradePolicy } from "../apps/types.ts";
import type { StepSize } from "../recipes/index.ts";

/** How the sample settings of two versions differ, as far as it concerns one app. */
export interface SettingsDrift {
  /** New in the newer sample, and the app does not set them. No value is given where it looks secret. */
  missing: { key: string; sample: string | null }[];
  /** The app sets them, and the newer sample has them no more. */
  gone: string[];
  /** The samples differ in their value. Those that look secret are left out. */
  changed: { key: string; from: string; to: string }[];
}

/**
 * When the newest proven backup was taken; `at` null: there is none. `willTake`: a fresh one comes before the upgrade.
 * Not known: there is no repository for the app.
 */
export type BackupState = { known: false } | { known: true; at: string | null; willTake: boolean };

/** A deploy to another version, with what has to be known before one agrees to it. JSON. */
export interface UpgradePlan extends DeployPlan {
  size: StepSize;
  /** Words of the notes that speak of a migration. */
  migration: string[];
  drift: SettingsDrift;
  backup: BackupState;
}

/** A newer version of an app that runs. */
export interface Candidate {
  app: AppDomain;
  recipe: RecipeName;
  policy: UpgradePolicy;
  from: RecipeVersion;
  to: RecipeVersion;
  size: StepSize;
  /** Why it waits for a person, in words; empty: it happens by itself. */
  waitsBecause: string[];
}

/** What was found in one look at all recipes. */
export interface Look {
  candidates: Candidate[];
  /** What could not be looked at, in words. */
  notSeen: string[];
}

/** What happens by itself in this night's window. */
export interface Due {
  apps: Candidate[];
  pause: Duration;
}

/** What `app upgrade all` would do. */
export interface Batch {
  /** Each with the hash that its upgrade is bound to. */
  upgrades: {
    app: AppDomain;
    recipe: RecipeName;
    from: string;
    to: RecipeVersion;
    hash: string;
    notes: string;
    backup: BackupState;
  }[];
  /** What changes, for all of them, as text. */
  diff: string;
  /** Why others are not among them, in words. */
  held: string[];
}

/** A newer image upstream that the newest version of a recipe does not use. */
export interface NewerImage {
  recipe: RecipeName;
  /** Without the tag, such as `docker.io/library/nginx`. */
  image: string;
  from: string;
  to: string;
}

/**
 * Newer versions: what an upgrade would mean, which there are, and who was told. Synchronous members read or
 * write the database only and join the open transaction.
 */
export interface Upgrades {
  /**
   * A plan for a newer version; without one the newest release. `isEmpty` when the app runs it already. Throws
   * `upgrade-is-older`, `running-version-unknown`, `app-not-deployed`, and what a deploy's plan throws.
   */
  plan(domain: AppDomain, version: RecipeVersion | undefined, key: string): Promise<UpgradePlan>;
  /**
   * A plan for an older version; without one the last older one that ran well. Throws `rollback-is-newer`,
   * `nothing-to-go-back-to`, `running-version-unknown`, `app-not-deployed`, and what a deploy's plan throws.
   */
  planBack(domain: AppDomain, version: RecipeVersion | undefined, key: string): Promise<UpgradePlan>;
  /** Asks the recipes of all apps for what is new. Repositories and servers that do not answer are passed over. */
  look(key: string): Promise<Look>;
  /**
   * Begins the run that asks for this upgrade in the app's room, once per version: again only for a newer one.
   * An older question that is still open is taken back. Answers the run, or null when nothing was begun.
   */
  propose(candidate: Candidate): string | null;
  /** Takes back questions for upgrades of apps that run that version, or a newer one, by now. */
  withdrawOvertaken(): void;
  /** Whether upgrades may happen by themselves now. */
  isWindowOpen(): boolean;
  /** Whether no run works on the app, or asks about it: an upgrade by itself would wait for that one's end. */
  isFree(domain: AppDomain): boolean;
  /** What happens by itself, in the order in which it happens. */
  due(key: string): Promise<Due>;
  /** Why this plan is nothing that a policy may carry out; empty: it may. */
  reasonsToAsk(plan: UpgradePlan, policy: UpgradePolicy): string[];
  /** Plans for every app that has a newer version within the policy. */
  planAll(policy: "patch" | "minor", key: string): Promise<Batch>;
  /** Says something in the app's room, once per key; `rings` calls the maintainers. */
  tell(domain: AppDomain, key: string, message: Message, options?: { rings?: boolean }): void;
  /** Asks the registries for newer tags of the images that recipes use. */
  newerImages(key: string): Promise<NewerImage[]>;
  /** Tells the maintainers of those that were not told of before, in one message. */
  tellOfImages(key: string, images: readonly NewerImage[]): void;
}
